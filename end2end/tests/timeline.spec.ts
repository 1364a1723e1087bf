// The timeline has everything: a letter and an allergy too, each of which is shared by a link. And the patient searches the text of the record.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { addAllergy, bookSoon, coined, haveVisit, issueLetter, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a letter in the timeline is shared by a link', async ({ page: patient, person }) => {
  test.slow();
  const [doctor, stranger] = [await person(), await person()];
  const { name } = await newDoctor(doctor, coined('Dr Branok Timely'));
  const { name: called } = await newPatient(patient, coined('Rosen Lettered'));
  const visit = await bookSoon(patient, name, 'A rash on both arms.');
  await haveVisit(patient, doctor, visit);
  await addAllergy(doctor);
  await issueLetter(doctor, visit);

  await patient.goto('/patient/timeline');
  await ready(patient);
  await expect(patient.getByRole('listitem').filter({ hasText: 'Allergy' }).first()).toBeVisible();
  await patient.getByLabel('What to show').selectOption({ label: 'Letter' });
  await patient.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(patient).toHaveURL(/kind=letter/);
  await ready(patient);
  const letter = patient.getByRole('listitem').filter({ hasText: name });
  await expect(letter.getByRole('link', { name: /LT-/ })).toBeVisible();
  await letter.getByRole('link', { name: 'Share by a link' }).click();
  await ready(patient);
  await patient.getByLabel('For a day').check({ force: true });
  await patient.getByRole('button', { name: 'Make the link' }).click();
  const link = await patient.locator('code.secret').innerText();

  await stranger.goto(new URL(link).pathname);
  await expect(stranger.getByRole('heading', { name: 'Letter' })).toBeVisible();
  await expect(stranger.getByText('A rash on both arms. Keep the skin dry.')).toBeVisible();
  await expect(stranger.getByText(called).first()).toBeVisible();

  await patient.goto('/patient/record');
  await ready(patient);
  await patient.getByRole('link', { name: 'Search the record' }).click();
  await ready(patient);
  await patient.getByLabel('Words').fill('SKIN dry');
  await patient.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(patient.getByText('Letters searched: 1.')).toBeVisible();
  await patient.getByRole('listitem').filter({ hasText: 'Keep the skin dry.' }).getByRole('link', { name: /^Letter/ }).click();
  await expect(patient.getByRole('heading', { level: 1 })).toContainText('LT-');
});
