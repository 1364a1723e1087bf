// The reception adds the document with which a carer acts for a patient, as a file, and reads it again.
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { inspectWhere } from './inspect';
import { pdf } from './pdf';
import { coined, letCarerAct, newPatient, ready, registerAtDesk, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('the reception adds the document of a carer', async ({ page: desk, person }) => {
  test.slow();
  const carer = await newPatient(await person(), coined('Ada Carer'));
  await signedIn(desk, 'receptionist', 'desk');
  await registerAtDesk(desk, coined('Jory Cared'));
  const patient = new URL(desk.url()).pathname.split('/').at(-1)!;
  await letCarerAct(desk, patient, carer.email, 'Power of attorney');

  await desk.goto(`/carers?patient=${patient}`);
  await ready(desk);
  await desk.getByLabel('Which document is it?').selectOption({ label: `${carer.name}: Power of attorney` });
  const content = pdf(600);
  await desk.getByLabel('Choose a file, or take a photo').setInputFiles({ name: 'attorney.pdf', mimeType: 'application/pdf', buffer: content });
  await desk.getByRole('button', { name: 'Add the document' }).click();
  const link = desk.getByRole('link', { name: 'attorney.pdf' });
  await expect(desk.getByText('attorney.pdf')).toBeVisible({ timeout: patience(30_000) });
  await expect(async () => {
    await desk.goto(`/carers?patient=${patient}`);
    await expect(link).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: patience(60_000) });
  await ready(desk);
  await inspectWhere(true)(desk, 'the document of a carer');
  const answer = await desk.context().request.get((await link.getAttribute('href'))!);
  expect((await answer.body()).equals(content)).toBe(true);
});
