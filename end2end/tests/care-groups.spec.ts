// An administrator makes a care group, a patient without scripts writes to it, and its nurse answers.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { bookSoon, coined, newDoctor, newPatient, newStaff, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a patient writes to a care group, and its nurse answers', async ({ page: nurse, person, complaints }) => {
  test.slow();
  complaints.allow(WITHOUT_SCRIPTS);
  const [admin, doctor, patient] = [await person(), await person(), await person({ javaScriptEnabled: false })];
  const { name: nurseName } = await newStaff(nurse, coined('Nerys Caring'), 'nurse', 'ward');
  const { name: doctorName } = await newDoctor(doctor, coined('Dr Conan Sweet'));
  await newPatient(patient, coined('Elowen Sugar'));
  await bookSoon(patient, doctorName, 'My sugar is high.');
  const group = coined('Diabetes team');

  await signedIn(admin, 'admin');
  await admin.goto('/admin/clinics');
  await ready(admin);
  await admin.getByRole('link', { name: 'Riverside Clinic' }).click();
  await admin.getByRole('link', { name: 'Care groups' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Care groups');
  await ready(admin);
  await admin.getByLabel('Name of the group').fill(group);
  await admin.getByRole('button', { name: 'Add the group' }).click();
  await expect(admin.getByRole('heading', { name: group })).toBeVisible();
  await ready(admin);
  await admin.getByLabel('Who?').selectOption({ label: nurseName });
  await admin.getByLabel('Into which group?').selectOption({ label: group });
  await admin.getByRole('button', { name: 'Put them into the group' }).click();
  await expect(admin.locator('section').filter({ hasText: group }).getByRole('listitem').filter({ hasText: nurseName })).toBeVisible();

  await patient.goto('/messages/new');
  await patient.getByLabel('With whom do you want to write?').selectOption({ label: group });
  await patient.getByLabel('What is it about?').fill('My sugar');
  await patient.getByLabel('Your message').fill('It is high in the morning.');
  await patient.getByRole('button', { name: 'Send' }).click();
  await expect(patient.getByRole('heading', { level: 1 })).toHaveText('My sugar');

  await nurse.goto('/ward');
  await ready(nurse);
  await nurse.getByRole('main').getByRole('link', { name: 'Messages' }).click();
  await expect(nurse.getByRole('listitem').filter({ hasText: 'My sugar' })).toContainText('1 unread');
  await nurse.getByRole('link', { name: 'My sugar' }).click();
  await ready(nurse);
  await nurse.getByLabel('Your message').fill('Measure it before breakfast.');
  await nurse.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(nurse.getByRole('log').getByRole('article')).toHaveCount(2);
  await expect(nurse.getByRole('log').getByRole('article').last()).toContainText('Measure it before breakfast.');
  // The page shows it before the server has it.
  await expect(nurse.getByRole('log').getByRole('article').last().getByText('Sent', { exact: true })).toBeVisible();

  await patient.reload();
  await expect(patient.getByRole('article').last()).toContainText('Measure it before breakfast.');
  await expect(patient.getByRole('article').last()).toContainText(nurseName);
});
