// A visit in the clinic: reception notes that the patient has come, and the doctor begins the visit.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { inspectWhere } from './inspect';
import { bookSoon, coined, meetsInClinic, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    // It is refused to say too early that the patient did not come.
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /409/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('reception checks a patient in, and the doctor begins the visit', async ({ page: desk, person }) => {
      test.slow();
      const [doctor, patient] = [await person(), await person()];
      const { name } = await newDoctor(doctor, 'Dr Kerensa Onsite');
      await meetsInClinic(doctor);
      const who = coined('Tamsyn');
      await newPatient(patient, who);
      const visit = await bookSoon(patient, name, 'A sore knee.');

      await signedIn(desk, 'receptionist', 'desk');
      await desk.goto('/desk');
      await ready(desk);
      const note = desk.getByRole('link', { name: `Note arrival of ${who}` });
      // Shortly before midnight the visit is tomorrow.
      if (!(await note.count())) await desk.getByRole('link', { name: 'Next day' }).click();
      await note.click();
      await expect(desk.getByRole('heading', { level: 2, name: who })).toBeVisible();
      await ready(desk);
      await looked(desk, 'noting whether a patient came');
      await desk.getByRole('button', { name: 'The patient did not come' }).click();
      await expect(desk.getByRole('alert').first()).toContainText('It is too early for that');
      await ready(desk);
      await desk.getByRole('button', { name: 'The patient is here' }).click();
      await expect(desk.getByRole('row').filter({ hasText: who })).toContainText('Here since');
      await expect(note).toHaveCount(0);

      await doctor.goto(`/doctor/visits/${visit}`);
      await ready(doctor);
      await doctor.getByRole('button', { name: 'Begin the visit' }).click();
      await expect(doctor.getByRole('button', { name: 'Begin the visit' })).toHaveCount(0);
      await expect(doctor.getByText('Reason, place and number of this visit')).toBeVisible();
    });
  });
}
