// Drives a real browser over the pages for a phone, as test_browser.py asks: what it sees goes to stdout as JSON. No test.
const [folder, program, url, token, width, height, language] = process.argv.slice(2);
const { chromium } = require(`${folder}/node_modules/playwright-core`);

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

async function main() {
  const browser = await chromium.launch({ executablePath: program, args: quiet });
  try {
    const size = { width: Number(width), height: Number(height) };
    const context = await browser.newContext({ viewport: size, locale: language, javaScriptEnabled: false });
    const page = await context.newPage();
    const seen = { outside: [] };
    page.on('request', (request) => { if (!request.url().startsWith(url)) seen.outside.push(request.url()); });
    await page.goto(url);
    seen.first = page.url();
    await page.fill('#token', token);
    await page.click('form button');
    seen.needs = await page.locator('ul.needs li').allInnerTexts();
    const box = await page.locator('body').boundingBox();
    seen.fits = box.width <= size.width;
    await page.click('a[href^="/review/"]');
    seen.review = await page.locator('body').innerText();
    const buttons = await page.locator('form button').all();
    seen.heights = [];
    for (const button of buttons) seen.heights.push((await button.boundingBox()).height);
    seen.texts = [];
    for (const text of await page.locator('pre, .text').all()) seen.texts.push((await text.boundingBox()).width);
    await page.fill('#comment', 'seen on a phone');
    await page.click('button[value=approve]');
    seen.said = await page.locator('.said').innerText();
    seen.left = await page.locator('ul.needs li').count();
    await page.click('form[action="/sign-out"] button');
    await page.goto(url);
    seen.last = page.url();
    console.log(JSON.stringify(seen));
  } finally {
    await browser.close();
  }
}

main().catch((error) => { console.error(error); process.exit(1); });
