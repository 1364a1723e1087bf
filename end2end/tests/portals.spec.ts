// What people do apart from the main path: hours, sessions, forgotten passwords, refusals, closed accounts.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, signInAs, test } from './fixtures';
import { inspectWhere } from './inspect';
import { PASSWORD, bookSoon, closeAccount, coined, doctorElsewhere, draftPrescription, findDoctor, haveVisit, licenceNumber, newApplicant, newDoctor, newPatient, onFullDay, openApplication, openFirstAppointment, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const unseen = inspectWhere(false);

/** An administrator reopens an account, starting from its page. */
async function openAccountAgain(admin: Page, words: string, looked = unseen): Promise<void> {
  await admin.getByRole('link', { name: 'Reopen this account' }).click();
  await ready(admin);
  await looked(admin, 'opening an account again');
  await admin.getByLabel('Message to the person').fill(words);
  await admin.getByRole('button', { name: 'Reopen the account' }).click();
  await expect(admin.getByText('This account is closed')).toHaveCount(0);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });
    const looked = inspectWhere(javaScriptEnabled);

    test('a closed account is out at once, and can be opened again', async ({ page: admin, person, complaints }) => {
      test.slow();
      const patient = await person();
      const { name, email } = await newPatient(patient, 'Tomos Ffransis');
      await signedIn(admin, 'admin');
      await closeAccount(admin, email, name, 'Please call us about your papers.', looked);

      await patient.goto('/patient');
      await expect(patient).toHaveURL(/\/sign-in/);
      complaints.allow(/40[13]/);
      await signInAs(patient, email, PASSWORD);
      await expect(patient.getByRole('alert').first()).toBeVisible();
      expect((await mailTo(patient, email, /was closed/)).text).toContain('Please call us about your papers.');

      await openAccountAgain(admin, 'Thank you, all is well.', looked);
      await signInAs(patient, email, PASSWORD);
      await patient.waitForURL('**/patient');

      // Both actions are in the audit log, which can be filtered by action.
      await admin.goto('/admin/audit?action=directory.user_suspended');
      await expect(admin.getByRole('table')).toContainText('directory.user_suspended');
    });

    test('a refused doctor reads why, corrects the application and sends it again', async ({ page: admin, person, complaints }) => {
      test.slow();
      const doctor = await person();
      const { name, email } = await newApplicant(doctor, coined('Dr Ilse Van der Meulen'));
      await doctor.goto('/doctor');
      await expect(doctor.getByText('We are checking your application')).toBeVisible();
      await signedIn(admin, 'admin');
      await openApplication(admin, name);
      await admin.getByRole('link', { name: 'Refuse' }).click();
      await ready(admin);
      complaints.allow(/422/);
      await admin.getByRole('button', { name: 'Refuse this application' }).click();
      await expect(admin.getByRole('alert').first()).toBeVisible();
      await looked(admin, 'refusing without words');
      await admin.getByLabel('Message to the doctor').fill('The council does not know this number.');
      await admin.getByRole('button', { name: 'Refuse this application' }).click();
      await expect(admin.getByRole('status').filter({ hasText: `The application of ${name} is refused` })).toContainText(/Next application|No other application/);
      await looked(admin, 'a decision that was just made');
      expect((await mailTo(doctor, email, /needs your attention/)).text).toContain('The council does not know this number.');

      await doctor.goto('/doctor');
      await ready(doctor);
      await expect(doctor.getByText('The council does not know this number.')).toBeVisible();
      await looked(doctor, 'a refused application');
      await doctor.getByLabel('Licence number').fill(licenceNumber());
      await doctor.getByRole('button', { name: 'Send the application again' }).click();
      await expect(doctor.getByText('We are checking your application')).toBeVisible();
    });

    test('a day off takes its times away, and extra hours bring some', async ({ page: doctor, person }) => {
      test.slow();
      const patient = await person();
      const { name } = await newDoctor(doctor, 'Dr Morwenna Kessell', ['09:00', '17:00']);
      await newPatient(patient, 'Gwilym Waiting');
      await findDoctor(patient, name);
      await patient.waitForURL(/\/doctors\/[0-9a-f-]{36}/);
      const page = new URL(patient.url()).pathname;
      const date = new Date(Date.now() + 20 * 24 * 3600 * 1000);
      const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [string, string, string];
      const times = async () => {
        await patient.goto(`${page}?day=${year}-${month}-${day}`);
        return patient.getByRole('radio').count();
      };
      const before = await times();
      expect(before).toBeGreaterThan(0);

      const add = async (kind: string, hours?: [string, string]) => {
        await doctor.goto('/doctor/hours/days');
        await ready(doctor);
        await doctor.getByLabel(kind).check({ force: true });
        await doctor.getByLabel('Day', { exact: true }).fill(day);
        await doctor.getByLabel('Month').fill(month);
        await doctor.getByLabel('Year').fill(year);
        if (hours) {
          await doctor.getByLabel('From').fill(hours[0]);
          await doctor.getByLabel('Until').fill(hours[1]);
        }
        await doctor.getByRole('button', { name: 'Add this day' }).click();
        await expect(doctor.getByText('The change is saved').first()).toBeVisible();
      };
      const removeAll = async () => {
        await doctor.goto('/doctor/hours/days');
        await ready(doctor);
        await doctor.getByRole('button', { name: /^Remove/ }).first().click();
        await expect(doctor.getByText('No days off or extra hours')).toBeVisible();
      };
      await add('The whole day is off');
      expect(await times()).toBe(0);
      await removeAll();
      expect(await times()).toBe(before);
      await add('Extra hours', ['20:00', '22:00']);
      expect(await times()).toBe(before + 4);
      await removeAll();
    });

    test('a session elsewhere is ended, and a forgotten password is replaced', async ({ page, person, complaints }) => {
      test.slow();
      const other = await person();
      const { email } = await newPatient(page, 'Oluwaseun Adébáyò');
      await signInAs(other, email, PASSWORD);
      await other.waitForURL('**/patient');
      await ready(other);
      await page.goto('/account/sessions');
      await ready(page);
      await page.getByRole('button', { name: /^Sign out: / }).click();
      await expect(page.getByRole('button', { name: /^Sign out: / })).toHaveCount(0);
      // With scripts, the page in the other session learns of the end and goes to the sign-in page; without scripts, only a reload does.
      if (!javaScriptEnabled) await other.reload();
      await expect(other).toHaveURL(/\/sign-in\?next=/);

      // The address that was typed to sign in goes along, but not in the address of a page.
      await ready(other);
      await other.getByLabel('Email address').fill(email);
      await other.getByRole('button', { name: 'Forgot your password?' }).click();
      await expect(other.getByRole('heading', { level: 1, name: 'Choose a new password' })).toBeVisible();
      await expect(other.getByLabel('Email address')).toHaveValue(email);
      expect(other.url()).not.toContain(encodeURIComponent(email));
      await other.getByRole('button', { name: 'Send the link' }).click();
      await expect(other).toHaveURL(/\/reset-password\/sent/);
      await expect(other.getByRole('main')).toContainText(email);
      await other.getByRole('link', { name: 'Ask for a new link' }).click();
      await expect(other.getByLabel('Email address')).toHaveValue(email);
      const link = /https?:\/\/\S+\/reset-password\/\S+/.exec((await mailTo(other, email, /new password/)).text)![0];
      await other.goto(new URL(link).pathname);
      await ready(other);
      await other.getByLabel('New password').fill('four green umbrellas');
      await other.getByRole('button', { name: 'Change the password' }).click();
      await expect(other).toHaveURL(/\/reset-password\/done/);
      // The link works only once, and all sessions have ended.
      complaints.allow(/40[1349]|410|422/);
      await other.goto(new URL(link).pathname);
      await ready(other);
      await other.getByLabel('New password').fill('five green umbrellas');
      await other.getByRole('button', { name: 'Change the password' }).click();
      await expect(other.getByRole('alert').first()).toBeVisible();
      if (!javaScriptEnabled) await page.reload();
      await expect(page).toHaveURL(/\/sign-in/);
      await signInAs(page, email, PASSWORD);
      await expect(page.getByRole('alert').first()).toBeVisible();
      await signInAs(page, email, 'four green umbrellas');
      await page.waitForURL('**/patient');

      await page.getByRole('button', { name: /^Oluwaseun .*: your account$/ }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.goto('/patient');
      await expect(page).toHaveURL(/\/sign-in/);
    });
  });
}

test('without JavaScript, what is refused in a fold stands open with what was typed', async ({ person, complaints }) => {
  complaints.allow(WITHOUT_SCRIPTS);
  const doctor = await person({ javaScriptEnabled: false });
  const { name } = await newDoctor(doctor, 'Dr Lowenna Pascoe');
  const patient = await person();
  await newPatient(patient, 'Jory Allergic');
  await bookSoon(patient, name, 'A rash after the gloves.');
  await openFirstAppointment(doctor);
  await doctor.getByRole('link', { name: 'Allergies, medicines and earlier visits' }).click();
  const reaction = doctor.getByLabel('What happened');
  await expect(reaction).toBeHidden();
  await doctor.getByText('Change the allergies').click();
  await reaction.fill('Hives on both arms');
  await doctor.getByRole('button', { name: 'Add the allergy' }).click();
  await expect(doctor.getByRole('alert').first()).toBeVisible();
  await expect(reaction).toHaveValue('Hives on both arms');
  await expect(reaction).toBeVisible();
  await doctor.getByLabel('Allergic to').fill('Latex');
  await doctor.getByLabel('severe').check();
  await doctor.getByRole('button', { name: 'Add the allergy' }).click();
  await expect(doctor.getByText('Latex: Hives on both arms (severe)')).toBeVisible();
});

test('a doctor who cancels says why, and the patient reads who cancelled and why', async ({ page, person, complaints }) => {
  test.slow();
  complaints.allow(/422/);
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Lowen Absent');
  const { email } = await newPatient(page, 'Meraud Waiting');
  await bookSoon(page, name, 'A cough that does not go.');
  await openFirstAppointment(doctor);
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Cancel this visit' }).click();
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(doctor.getByRole('alert').first()).toContainText('Tell the patient why you cancel');
  await doctor.getByLabel('Why?').fill('I am ill. Please choose another day.');
  await doctor.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(doctor.getByText('The visit is cancelled')).toBeVisible();

  const mail = await mailTo(page, email, /^Cancelled/);
  expect(mail.text).toContain(`${name} has cancelled your visit.`);
  expect(mail.text).not.toContain('I am ill.');
  await page.goto(new URL(/https?:\/\/\S+\/appointments\/[0-9a-f-]{36}/.exec(mail.text)![0]).pathname);
  await expect(page.getByText('I am ill. Please choose another day.')).toBeVisible();
});

test('the draft of a prescription is discarded after a question', async ({ page, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Tamara Tregenza');
  await newPatient(page, 'Myghal Draft');
  const visit = await bookSoon(page, name, 'A rash on both arms.');
  await haveVisit(page, doctor, visit);
  await draftPrescription(doctor, visit);
  await doctor.goto(`/doctor/visits/${visit}/prescription`);
  await ready(doctor);
  // What to do in an emergency is said to patients and strangers only.
  await expect(doctor.getByRole('contentinfo')).toHaveCount(0);
  await doctor.getByRole('link', { name: 'Discard draft' }).click();
  await expect(doctor.getByRole('heading', { level: 1, name: 'Discard this draft?' })).toBeVisible();
  await expect(doctor.getByRole('main').getByRole('listitem')).toHaveText('Hydrocortisone 1%');
  await doctor.getByRole('link', { name: 'Keep draft' }).click();
  await expect(doctor.getByRole('heading', { name: '1. Hydrocortisone 1%' })).toBeVisible();

  await doctor.getByRole('link', { name: 'Discard draft' }).click();
  await doctor.getByRole('button', { name: 'Discard draft' }).click();
  await expect(doctor.getByRole('status').filter({ hasText: 'The draft is discarded' })).toBeVisible();
  await expect(doctor.getByRole('heading', { name: 'No medicine yet' })).toBeVisible();
});

test('whose account is closed cannot be booked any more, and who looks at the times sees it', async ({ page, person, complaints }) => {
  test.slow();
  const admin = await person();
  await newPatient(page, 'Looking Louise');
  await signedIn(admin, 'admin');
  const name = await doctorElsewhere(page, 'Dr Kerensa Tregear');
  await onFullDay(page, name);
  await ready(page);
  await page.getByRole('radio').first().focus();
  const id = new URL(page.url()).pathname.split('/').pop()!;

  await closeAccount(admin, name, name, 'Your licence is being looked at.');

  complaints.allow(new RegExp(`4\\d\\d.*(read-doctor|${id})`));
  complaints.allow(/Failed to load resource/);
  await expect(page.getByRole('radio')).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();

  await openAccountAgain(admin, 'All is in order.');
  await expect(page.getByRole('radio').first()).toBeVisible();
});
