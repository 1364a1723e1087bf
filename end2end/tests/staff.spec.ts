// An administrator sets up a clinic and its people: a clinic with hours, an invitation, a role that ends.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { PASSWORD, address, coined, giveZone, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('a receptionist is invited to a new clinic, works there, and is out when the role ends', async ({ page: admin, person, complaints }) => {
      test.slow();
      // Wrong hours are refused, and pages of a session that has ended.
      complaints.allow(/422|40[13]/);
      const receptionist = await person();
      const [clinic, name, email] = [coined('Hill Clinic'), coined('Rosa Almeida'), address('Rosa Almeida')];
      await signedIn(admin, 'admin');
      await admin.goto('/admin/clinics');
      await ready(admin);
      await admin.getByRole('link', { name: 'Add a clinic' }).click();
      await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Add a clinic');
      await ready(admin);
      await admin.getByLabel('Name of the clinic').fill(clinic);
      await admin.getByLabel('Country').selectOption('DE');
      await admin.getByLabel('Time zone').selectOption('Europe/Berlin');
      await admin.getByLabel('Currency').fill('EUR');
      await admin.getByLabel('Address').fill('Lindenweg 3\n10115 Berlin');
      await admin.getByLabel('Monday').fill('nine to five');
      await admin.getByRole('button', { name: 'Add the clinic' }).click();
      await expect(admin.getByRole('alert').first()).toContainText('Enter opening hours like 09:00-17:00');
      await expect(admin.getByLabel('Name of the clinic')).toHaveValue(clinic);
      await admin.getByLabel('Monday').fill('9:00-17:00');
      await admin.getByRole('button', { name: 'Add the clinic' }).click();
      await expect(admin.getByRole('heading', { level: 1 })).toHaveText(clinic);
      await expect(admin.getByRole('main')).toContainText('09:00–17:00');

      await admin.goto('/admin/invitations');
      await ready(admin);
      await admin.getByLabel('Email address').fill(email);
      await admin.getByLabel('Role').selectOption('receptionist');
      await admin.getByLabel('Clinic').selectOption({ label: clinic });
      await admin.getByRole('button', { name: 'Send the invitation' }).click();
      await expect(admin.getByText('The invitation is on its way')).toBeVisible();

      await admin.getByRole('link', { name: 'Invite many people from a file' }).click();
      await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Invite staff from a file');
      await ready(admin);
      await admin.getByLabel('Content of the file').fill(`email,role,clinic\n${email},receptionist,${clinic}\n`);
      await admin.getByRole('button', { name: 'Check the file' }).click();
      await expect(admin.getByRole('table')).toContainText('already invited to the role');

      const { text } = await mailTo(receptionist, email, /^You are invited/);
      const link = new URL(text.match(/https?:\S+\/invitation\/\w+/)![0]).pathname;
      await receptionist.goto(link);
      await ready(receptionist);
      await expect(receptionist.getByRole('main')).toContainText(`You are invited to work as receptionist`);
      await receptionist.getByLabel('Full name').fill(name);
      await receptionist.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await giveZone(receptionist);
      await receptionist.getByLabel('I agree to the terms of use').check();
      await receptionist.getByRole('button', { name: 'Accept the invitation' }).click();
      await receptionist.waitForURL('**/desk');
      // No way of another role is shown. A page of one says why it is refused, and leads back.
      const ways = receptionist.getByRole('navigation', { name: 'Main' });
      await expect(ways.getByRole('link', { name: 'Patients' })).toBeVisible();
      await expect(ways.getByRole('link', { name: 'Audit log' })).toHaveCount(0);
      await receptionist.goto('/admin/audit');
      await ready(receptionist);
      await expect(receptionist.getByRole('heading', { level: 1 })).toHaveText('This page is not for your role');
      await expect(ways.getByRole('link', { name: 'Patients' })).toBeVisible();
      await receptionist.getByRole('link', { name: 'Go to the home page' }).click();
      await expect(receptionist).toHaveURL(/\/desk$/);
      await receptionist.goto(link);
      await expect(receptionist.getByRole('alert').first()).toContainText('accepted before');

      await receptionist.goto('/desk');
      await ready(receptionist);
      await admin.goto('/admin/roles');
      await ready(admin);
      await admin.getByRole('link', { name }).click();
      await expect(admin.getByRole('heading', { level: 1 })).toHaveText(name);
      await ready(admin);
      await admin.getByRole('button', { name: 'End the role' }).click();
      await admin.waitForURL('**/admin/roles?show=ended');
      await expect(admin.getByRole('link', { name })).toBeVisible();
      expect((await mailTo(receptionist, email, /^Your role has ended/)).text).toContain(clinic);
      // With wasm the open page leaves by itself.
      if (!javaScriptEnabled) await receptionist.goto('/desk');
      await expect(receptionist).toHaveURL(/\/sign-in/);
    });
  });
}
