// Conversations between a patient and a doctor, on two devices: what is written arrives once and in order, also after the server was away.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, patience, test } from './fixtures';
import { beginConversation, bookSoon, coined, haveVisit, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('messages wait while the server is away, arrive in order, and are read', async ({ page: patient, person, complaints }) => {
  test.setTimeout(180_000);
  const doctor = await person();
  const { name } = await newDoctor(doctor, coined('Dr Morwenna Pascoe'));
  await newPatient(patient, coined('Jory Writing'));
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'A rash on both arms.'));

  await patient.goto('/messages/new');
  await ready(patient);
  await patient.getByLabel('With whom do you want to write?').selectOption({ label: name });
  await patient.getByLabel('What is it about?').fill('My rash');
  await patient.getByLabel('Your message').fill('Is it normal that it itches?');
  await patient.getByRole('button', { name: 'Send' }).click();
  await expect(patient.getByRole('heading', { level: 1 })).toHaveText('My rash');
  const list = patient.getByRole('log').getByRole('article');
  await expect(list).toHaveCount(1);

  await doctor.goto('/doctor/messages');
  await ready(doctor);
  await expect(doctor.getByRole('listitem').filter({ hasText: 'My rash' })).toContainText('1 unread');
  await doctor.getByRole('link', { name: 'My rash' }).click();
  const theirs = doctor.getByRole('log').getByRole('article');
  await expect(theirs).toHaveCount(1);
  await expect(list.first()).toContainText('Read');

  // The server is away for the patient: two messages wait, in their order, and the doctor writes meanwhile.
  complaints.allow(/write-in-conversation/);
  await patient.route('**/do/write-in-conversation', route => route.abort());
  const field = patient.getByLabel('Your message');
  for (const text of ['It is red too.', 'والآن أصبح أكبر']) {
    await field.fill(text);
    await field.press('Enter');
    await expect(field).toHaveValue('');
  }
  await expect(patient.getByText('There is no connection now.')).toBeVisible();
  await expect(list).toHaveCount(3);
  await doctor.getByLabel('Your message').fill('Yes, for some days.');
  await doctor.getByRole('button', { name: 'Send', exact: true }).dblclick();
  await expect(theirs).toHaveCount(2);
  await expect(list).toHaveCount(4);
  await patient.unroute('**/do/write-in-conversation');
  await expect(theirs).toHaveCount(4, { timeout: 30_000 });
  const order = ['itches?', 'for some days.', 'It is red too.', 'والآن أصبح أكبر'];
  for (const page of [theirs, list]) await expect(page).toContainText(order);

  // Urgent words: what to do is said first, and the message is sent only when its writer insists.
  await field.fill('I have chest pain');
  await expect(patient.getByRole('alert').filter({ hasText: 'This may be an emergency' })).toBeVisible();
  await patient.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(patient.getByText('Your message was not sent yet.')).toBeVisible();
  await expect(list).toHaveCount(4);
  await patient.getByRole('button', { name: 'Send anyway' }).click();
  await expect(theirs).toHaveCount(5);

  // A closed conversation takes no message, on either side.
  await doctor.getByRole('button', { name: 'Close the conversation' }).click();
  await expect(doctor.getByText('Reopen it to write.')).toBeVisible();
  await expect(patient.getByText('This conversation is closed.')).toBeVisible();
  await expect(patient.getByLabel('Your message')).toHaveCount(0);
});

test('what waits survives a reload, arrives once, and a file goes with a message', async ({ page: patient, person, complaints }) => {
  test.setTimeout(180_000);
  const doctor = await person();
  const { name } = await newDoctor(doctor, coined('Dr Demelza Hosken'));
  await newPatient(patient, coined('Wella Offline'));
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'A rash on both arms.'));
  const address = await beginConversation(patient, { withName: name }, 'My rash', 'Is it normal?');
  const id = address.split('/').pop();
  await patient.goto(address);
  await ready(patient);
  await doctor.goto(`/doctor/messages/${id}`);
  await ready(doctor);
  const field = patient.getByLabel('Your message');
  const [list, theirs] = [patient, doctor].map(page => page.getByRole('log').getByRole('article'));

  // Each sees that the other is there.
  await expect(patient.getByText(`${name} is looking at this conversation`)).toBeVisible();
  await doctor.getByLabel('Your message').pressSequentially('Well');
  await expect(patient.getByText(`${name} is writing…`)).toBeVisible();

  // The server is away: one message waits, and another one is half written. Both are there after a reload, and nothing of them can be read in the browser's storage.
  complaints.allow(/write-in-conversation/);
  await patient.route('**/do/write-in-conversation', route => route.abort());
  await field.fill('Does it go away?');
  await field.press('Enter');
  await expect(patient.getByText('There is no connection now.')).toBeVisible();
  await field.pressSequentially('And may I');
  expect(await patient.evaluate(() => JSON.stringify({ ...localStorage }))).toMatch(/^(?!.*go away)(?!.*may I).*waiting-message/s);
  await patient.reload();
  await ready(patient);
  await expect(list.last()).toContainText('Does it go away?');
  await expect(list.last()).toContainText('Waiting to be sent…');
  await expect(field).toHaveValue('And may I');
  await patient.goto('/messages');
  await expect(patient.getByText('A message waits here to be sent')).toBeVisible();
  await patient.goto(address);
  await ready(patient);
  await patient.unroute('**/do/write-in-conversation');
  await expect(theirs).toHaveCount(2, { timeout: patience(30_000) });
  await expect(list).toHaveCount(2);
  await expect(list.last()).toContainText('Read');
  expect(await patient.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('waiting-message')))).toEqual([]);

  // A file is uploaded, and goes with the next message. What was half written is still there.
  await patient.getByText('Add a file').click();
  await patient
    .getByLabel('Choose a file, or take a photo')
    .setInputFiles({ name: 'rash.txt', mimeType: 'text/plain', buffer: Buffer.from('Both arms, since Monday') });
  await patient.getByRole('button', { name: 'Add the file' }).click();
  await expect(patient.getByRole('heading', { name: 'These files go with your next message' })).toBeVisible({ timeout: patience(30_000) });
  await expect(async () => {
    await patient.goto(address);
    await expect(patient.getByRole('link', { name: 'rash.txt' })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: patience(60_000) });
  await ready(patient);
  await expect(field).toHaveValue('And may I');
  await field.fill('Here it is.');
  await field.press('Enter');
  await expect(theirs).toHaveCount(3, { timeout: patience(30_000) });
  await expect(theirs.last().getByRole('link', { name: 'rash.txt' })).toBeVisible();
  await expect(patient.getByRole('heading', { name: 'These files go with your next message' })).toHaveCount(0);
});

test('a conversation works without scripts', async ({ page: doctor, person, complaints }) => {
  complaints.allow(WITHOUT_SCRIPTS);
  const patient = await person({ javaScriptEnabled: false });
  const { name } = await newDoctor(doctor, coined('Dr Kensa Trelawny'));
  await newPatient(patient, coined('Piran Plain'));
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'A rash on both arms.'));
  await patient.goto(await beginConversation(patient, { withName: name }, 'My rash', 'May I swim?'));
  await patient.getByRole('link', { name: 'Answer this message 1' }).click();
  await patient.getByLabel('Your message').fill('I cannot breathe');
  await patient.getByRole('button', { name: 'Send' }).click();
  await expect(patient.getByText('This may be an emergency')).toBeVisible();
  await expect(patient.getByLabel('Your message')).toHaveValue('I cannot breathe');
  await expect(patient.getByRole('article')).toHaveCount(1);
  await patient.getByRole('button', { name: 'Send' }).click();
  await expect(patient.getByRole('article')).toHaveCount(2);
  await expect(patient.getByRole('article').last()).toContainText('May I swim?');
});
