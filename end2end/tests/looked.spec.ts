// A patient sees what is new in their record, shares an item of it by a link, and asks who looked; an administrator answers.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { bookSoon, haveVisit, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const QUESTION = 'Why did this person open my record? It concerns Wenna Asking.';

test('an item is shared by a link that is ended, and a question about an access is answered', async ({ page: doctor, person }) => {
  test.slow();
  const [patient, stranger, admin] = [await person(), await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Tegen Looking');
  const { name: called, email } = await newPatient(patient, 'Wenna Asking');
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'My hands itch.'));

  await patient.goto('/patient/timeline');
  await ready(patient);
  await expect(patient.getByText('new', { exact: true }).first()).toBeVisible();
  await patient.getByRole('listitem').filter({ hasText: 'Visit' }).getByRole('link', { name: 'Share by a link' }).first().click();
  await ready(patient);
  await patient.getByLabel('For a day').check({ force: true });
  await patient.getByRole('button', { name: 'Make the link' }).click();
  await expect(patient).toHaveURL(/\/patient\/shares\?made=1$/);
  const link = await patient.locator('code.secret').innerText();

  await stranger.goto(new URL(link).pathname);
  await expect(stranger.getByRole('heading', { name: 'Shared from a medical record' })).toBeVisible();
  await expect(stranger.getByText(called)).toBeVisible();
  await expect(stranger.getByText('Keep the skin dry.')).toBeVisible();
  await patient.reload();
  await ready(patient);
  await expect(patient.getByText('1 time', { exact: true })).toBeVisible();
  await patient.getByRole('button', { name: 'End this link' }).click();
  await expect(patient.getByText('ended', { exact: true })).toBeVisible();
  await stranger.reload();
  await expect(stranger.getByText(/has ended the link/)).toBeVisible();
  await expect(stranger.getByText('Keep the skin dry.')).toHaveCount(0);

  await patient.goto('/patient/accesses');
  await ready(patient);
  const access = patient.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Treats the patient' }).first();
  await access.getByText(/^See (this access|each of the \d+ accesses)$/).click();
  await access.getByRole('link', { name: 'Ask about it' }).first().click();
  await ready(patient);
  await patient.getByLabel('Your question').fill(QUESTION);
  await patient.getByRole('button', { name: 'Send the question' }).click();
  await expect(patient.getByText(/has not answered yet/)).toBeVisible();

  await signedIn(admin, 'admin');
  await admin.goto('/admin');
  await ready(admin);
  await admin.getByRole('link', { name: /Questions about who looked/ }).click();
  const question = admin.getByRole('listitem').filter({ hasText: QUESTION });
  await question.getByRole('link', { name: 'Answer' }).click();
  await admin.getByLabel('Your answer').fill('Your doctor wrote the note of your visit.');
  await admin.getByRole('button', { name: 'Send the answer' }).click();
  await expect(admin.getByText('The answer was sent')).toBeVisible();
  await expect(question).toHaveCount(0);

  await mailTo(patient, email, /question was answered/);
  await patient.reload();
  await expect(patient.getByText('Your doctor wrote the note of your visit.')).toBeVisible();
});
