// Types of visits: a doctor offers a visit in the clinic, a patient looks for one, books it, and reads where to go instead of how to join a call.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { book, chooseTime, giveReason, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('a visit in the clinic is offered, found, booked, and has an address in place of a call', async ({ page: patient, person }) => {
      test.slow();
      const doctor = await person();
      const { name } = await newDoctor(doctor, 'Dr Elowen Inperson');
      await doctor.goto('/doctor/hours');
      await doctor.getByRole('link', { name: 'Types of visits' }).click();
      await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Types of visits');
      await ready(doctor);
      await doctor.getByLabel('Name', { exact: true }).fill('Examination');
      await doctor.getByLabel('Length in minutes').fill('3');
      await doctor.getByRole('button', { name: 'Save this type' }).click();
      await expect(doctor.getByRole('alert').first()).toContainText('Choose how you meet the patient');
      await looked(doctor, 'a type of visit with faults');
      await doctor.getByRole('radio', { name: 'In the clinic' }).check({ force: true });
      await doctor.getByLabel('Length in minutes').fill('60');
      await doctor.getByLabel('Fee for one visit').fill('80');
      await doctor.getByRole('button', { name: 'Save this type' }).click();
      await expect(doctor.getByText('Your types of visits are saved')).toBeVisible();
      await expect(doctor.getByRole('main')).toContainText('In the clinic · 60 minutes · £80.00');
      await looked(doctor, 'the types of visits');

      const { email } = await newPatient(patient, 'Derwa Walking');
      await patient.goto('/doctors');
      await ready(patient);
      await patient.getByLabel('How you meet').selectOption('in_person');
      await patient.getByLabel('Name').fill(name);
      await patient.getByRole('button', { name: 'Search', exact: true }).click();
      await expect(patient.getByRole('main')).toContainText('£80.00');
      await patient.getByRole('link', { name: `See all times of ${name}` }).click();
      await expect(patient.getByRole('heading', { level: 1 })).toHaveText(name);
      const types = patient.getByRole('navigation', { name: 'Type of visit' });
      await expect(types.getByRole('link', { name: 'Examination' })).toHaveAttribute('aria-current', 'true');
      await expect(patient.getByRole('complementary')).toContainText('60 minutes');
      await looked(patient, 'the times of a type of visit');
      await chooseTime(patient);
      await giveReason(patient, 'A sore knee.');
      await expect(patient.getByRole('main')).toContainText('£80.00, paid to the clinic after the visit');
      await ready(patient);
      await book(patient);

      const main = patient.getByRole('main');
      await expect(main).toContainText('In the clinic');
      await expect(main).toContainText('14 Weir Lane');
      await expect(main).toContainText('Come to the clinic at this time.');
      await expect(main.getByText('The waiting room opens')).toHaveCount(0);
      await expect(main.getByRole('link', { name: 'Open the waiting room' })).toHaveCount(0);
      await looked(patient, 'a visit in the clinic');
      const mail = await mailTo(patient, email, /^Your appointment on/);
      expect(mail.text).toContain('Come to the clinic at this time.');
      expect(mail.text).not.toContain('waiting room');
    });
  });
}
