// The day of a clinic with its doctors side by side: reception sees a visit, and it disappears when the patient cancels it elsewhere.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { bookSoon, coined, meetsInClinic, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('reception sees the doctors of a day side by side, and a change elsewhere appears', async ({ page: desk, person }) => {
  test.slow();
  const [doctor, patient] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Morwenna Abreast');
  await meetsInClinic(doctor);
  const who = coined('Jory');
  await newPatient(patient, who);
  await bookSoon(patient, name, 'A sore elbow.');

  await signedIn(desk, 'receptionist', 'desk');
  await desk.goto('/desk');
  await ready(desk);
  await desk.getByRole('link', { name: 'Doctors side by side' }).click();
  await expect(desk).toHaveURL(/\/desk\/day\?day=/);
  await expect(desk.locator('.week.doctors')).toBeVisible();
  await ready(desk);
  const column = desk.locator('.week.doctors .day').filter({ has: desk.getByRole('heading', { name }) });
  const visit = column.getByRole('link', { name: who, exact: true });
  // Shortly before midnight the visit is tomorrow.
  if (!(await visit.count())) await desk.getByRole('link', { name: 'Next day' }).click();
  await expect(visit).toBeVisible();
  await expect(column.getByRole('link', { name: `Note arrival of ${who}` })).toBeVisible();
  await ready(desk);

  // On paper the day has its visits, and no controls.
  await desk.emulateMedia({ media: 'print' });
  await expect(visit).toBeVisible();
  await expect(desk.getByRole('link', { name: 'Next day' })).toBeHidden();
  await expect(column.getByRole('link', { name: `Note arrival of ${who}` })).toBeHidden();
  await desk.emulateMedia({ media: null });

  await patient.goto('/appointments');
  await ready(patient);
  await patient.getByRole('link', { name: /^Details of the visit/ }).click();
  await patient.getByRole('link', { name: 'Cancel this visit' }).click();
  await ready(patient);
  await patient.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(patient.getByText('Cancelled', { exact: true }).first()).toBeVisible();
  // Nobody touches the page of reception.
  await expect(visit).toHaveCount(0);
  await expect(column).toBeVisible();
});
