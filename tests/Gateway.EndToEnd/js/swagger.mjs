// Uses Swagger UI in Chromium as a person would: expands a route, fills in the VM and executes it, then chooses the VM's own description and executes
// one of its QEMU's commands from the form. Prints what it sees, one JSON object per line.
import { chromium } from 'playwright-core';

const { url, vm, executablePath, userData, screenshot } = JSON.parse(process.argv[2]);
const print = line => console.log(JSON.stringify(line));

const browser = await chromium.launchPersistentContext(userData, {
  executablePath,
  headless: false, // Its own flag for that is the old one; --headless=new is below.
  args: [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
  viewport: { width: 1280, height: 1600 },
});
try {
  const page = browser.pages()[0] ?? await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on('console', message => message.type() === 'error' && print({ consoleError: message.text() }));
  page.on('pageerror', error => print({ consoleError: String(error) }));
  page.on('requestfailed', request => print({ consoleError: `${request.url()} ${request.failure()?.errorText}` }));
  page.on('request', request => new URL(request.url()).origin !== new URL(url).origin && print({ foreign: request.url() }));

  const unfold = async path => {
    const route = page.locator('.opblock').filter({ has: page.locator(`[data-path="${path}"]`) });
    await route.locator('.opblock-summary-control').click();
    return route;
  };
  const execute = async route => {
    await route.getByRole('button', { name: 'Execute' }).click();
    const response = route.locator('.live-responses-table');
    await response.locator('.microlight').first().waitFor();
    return {
      status: await response.locator('tbody .response-col_status').first().innerText(),
      body: await response.locator('.microlight').first().innerText(),
    };
  };

  await page.goto(url);
  await page.locator('.opblock-tag').first().waitFor();
  const defaultVm = page.locator('.opblock-tag-section', { has: page.locator('[data-tag="Default VM"]') });
  const routes = defaultVm.locator('.opblock');
  print({
    groups: await page.locator('.opblock-tag').evaluateAll(tags => tags.map(tag => tag.dataset.tag)),
    collapsed: await routes.count() === 0,
    locks: await page.locator('.opblock .authorization__btn').count(),
  });
  await defaultVm.locator('.opblock-tag').click();
  await routes.first().waitFor();
  print({ opened: await routes.count() });
  await defaultVm.locator('.opblock-tag').click();
  const route = await unfold('/vms/{vm}/status');
  const input = route.locator('tr[data-param-name="vm"] input');
  print({ filled: await input.inputValue() });
  await input.fill(vm);
  print({ title: await page.title(), ...await execute(route), operations: await page.locator('.opblock').count() });

  const documents = page.locator('#select');
  print({ documents: await documents.locator('option').allInnerTexts() });
  await documents.selectOption({ value: `/vms/${vm}/openapi.json` });
  // Of about 200 commands, only those in view are rendered. The filter is by group.
  await page.getByText(`QMP commands of ${vm}`).waitFor();
  await page.locator('.operation-filter-input').fill('Devices and objects');
  const command = await unfold(`/vms/${vm}/commands/qom-list`);
  const body = command.locator('textarea.body-param__text');
  print({ example: await body.inputValue() });
  await body.fill('{"path": "/objects"}');
  print({ command: await execute(command) });
  await command.scrollIntoViewIfNeeded();
  await page.screenshot({ path: screenshot });
} finally {
  await browser.close();
}
print({ done: true });
