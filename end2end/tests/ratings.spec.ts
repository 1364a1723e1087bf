// A patient rates a visit, the doctor answers, and an administrator hides the rating with a reason.
import { expect, test } from './fixtures';
import { inspect } from './inspect';
import { bookSoon, haveVisit, newDoctor, newPatient, ready, signedIn } from './people';

test('a patient rates a visit, the doctor answers once, and an administrator hides it', async ({ page: patient, person, complaints }) => {
  test.slow();
  complaints.allow(/422/);
  const [doctor, admin] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Demelza Rated');
  await newPatient(patient, 'Wella Rating');
  const visit = await bookSoon(patient, name, 'A cough.');
  await haveVisit(patient, doctor, visit);

  await patient.goto(`/visits/${visit}/summary`);
  await ready(patient);
  await patient.getByRole('link', { name: 'Rate this visit' }).click();
  await expect(patient.getByRole('heading', { level: 1 })).toContainText(name);
  await ready(patient);
  await patient.getByRole('button', { name: 'Publish the rating' }).click();
  await expect(patient.getByRole('alert').first()).toContainText('Choose how your visit was');
  await patient.getByRole('radio', { name: 'Good', exact: true }).check();
  await patient.getByLabel('Your comment').fill('She took her time.');
  await patient.getByRole('button', { name: 'Publish the rating' }).click();
  await expect(patient.getByText('Your rating is saved')).toBeVisible();
  await inspect(patient, 'the rating of a visit');

  await doctor.goto('/doctor/profile');
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Your ratings' }).click();
  await expect(doctor.getByText('She took her time.')).toBeVisible();
  await expect(doctor.getByText('4 of 5 stars')).toBeVisible();
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Answer this rating' }).click();
  await doctor.getByLabel('Your answer').fill('Thank you for coming.');
  await inspect(doctor, 'the answer to a rating');
  await doctor.getByRole('button', { name: 'Publish the answer' }).click();
  await expect(doctor.getByText('Your answer is published')).toBeVisible();
  await expect(doctor.getByRole('link', { name: 'Answer this rating' })).toHaveCount(0);
  await patient.goto(`/visits/${visit}/rating`);
  await expect(patient.getByText('Thank you for coming.')).toBeVisible();

  // One rating is too few to be shown.
  await doctor.goto('/doctor/profile');
  await ready(doctor);
  await doctor.getByRole('link', { name: 'See your page as patients see it' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(doctor.getByText('What patients say')).toHaveCount(0);

  await signedIn(admin, 'admin');
  await admin.goto('/admin/ratings');
  await ready(admin);
  const row = admin.getByRole('listitem').filter({ hasText: name });
  await row.getByRole('link', { name: 'Hide this rating' }).click();
  await row.getByLabel('Reason').fill('It names a person.');
  await row.getByRole('button', { name: 'Hide the rating' }).click();
  await expect(admin.getByText('The rating is hidden')).toBeVisible();
  await doctor.goto('/doctor/ratings');
  await expect(doctor.getByText('It names a person.')).toBeVisible();
});
