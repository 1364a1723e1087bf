// An administrator merges two records of one person, both with visits, and separates them again.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { inspect } from './inspect';
import { bookSoon, coined, haveVisit, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('two records of one person become one and are separated again', async ({ page: admin, person, complaints }) => {
  test.slow();
  complaints.allow(/422/);
  const [doctor, older, newer] = [await person(), await person(), await person()];
  const { name: doctorName } = await newDoctor(doctor, 'Dr Morwenna Twice');
  const names = { older: coined('Mira Twice'), newer: coined('Mira Twyce') };
  await newPatient(older, names.older);
  await haveVisit(older, doctor, await bookSoon(older, doctorName, 'A rash.'));
  await newPatient(newer, names.newer);
  await bookSoon(newer, doctorName, 'Is it better?');

  await signedIn(admin, 'admin');
  await admin.goto('/admin/people');
  await ready(admin);
  await admin.getByRole('link', { name: 'Records of one person' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Records of one person');
  await ready(admin);
  await admin.getByRole('row').filter({ hasText: names.newer }).filter({ hasText: names.older }).getByRole('link').click();
  await expect(admin.getByRole('table')).toContainText(names.older);
  await ready(admin);
  const [, newerNumber, olderNumber] = await admin.getByRole('columnheader').allInnerTexts();
  await inspect(admin, 'two records next to each other');
  await admin.getByRole('group', { name: 'Which record do you keep?' }).getByLabel(newerNumber!).check();
  await admin.getByRole('group', { name: 'Name', exact: true }).getByLabel(names.older).check();
  await admin.getByLabel('Why are they the same person?').fill('Seen with a passport.');
  await admin.getByLabel('Number of the record that ends').fill(newerNumber!);
  await admin.getByRole('button', { name: 'Merge the records' }).click();
  await expect(admin.getByRole('alert').first()).toContainText('Enter the number of the record that ends');
  await admin.getByLabel('Number of the record that ends').fill(olderNumber!);
  await admin.getByRole('button', { name: 'Merge the records' }).click();
  await expect(admin.getByText('The records are merged')).toBeVisible();
  await inspect(admin, 'merged records');

  // The prescription of one record is in the other one.
  await newer.goto('/prescriptions');
  await expect(newer.getByRole('link', { name: /Hydrocortisone/ })).toHaveCount(1);

  await ready(admin);
  await admin.getByRole('button', { name: `Separate ${olderNumber} again` }).click();
  await expect(admin.getByText('The records are separate again')).toBeVisible();
  await newer.goto('/prescriptions');
  await expect(newer.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(newer.getByRole('link', { name: /Hydrocortisone/ })).toHaveCount(0);

  // They were two people after all: the pair does not come again, until that is taken back.
  await admin.goto('/admin/merging');
  await ready(admin);
  const pair = admin.getByRole('row').filter({ hasText: names.newer }).filter({ hasText: names.older });
  await pair.getByRole('button', { name: 'are different people' }).click();
  await expect(admin.getByText('The two records are not listed as likely one person any more')).toBeVisible();
  await ready(admin);
  await admin.getByRole('listitem').filter({ hasText: names.newer }).getByRole('button', { name: 'Take it back' }).click();
  await expect(admin.getByText('Taken back: the two records')).toBeVisible();
});
