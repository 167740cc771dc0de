// A browser test against the site, in JavaScript: node forum.mjs URL TRUTH
// Needs playwright-core beside it and a Chromium of its own (CHROMIUM names it; Debian's is the default).
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [url, truth] = process.argv.slice(2);
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const get = async (path) => (await fetch(truth + path)).text();
const lines = (await get("/expected.jsonl")).trim().split("\n").map((line) => JSON.parse(line));
assert.ok(lines.length >= 6, "every page of every thread is expected");
await fetch(truth + "/reset", { method: "POST" });

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
try {
  const page = await browser.newPage();
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.origin !== new URL(url).origin) errors.push(`outside: ${asked}`);
  });

  // From the index over a board to a thread, as a person clicks.
  await page.goto(url);
  await page.locator("tr.board-row a.subject").first().click();
  await page.locator("tr.thread-row a.subject").first().click();
  const shown = JSON.parse(await get(`/truth?url=${encodeURIComponent(page.url())}`));
  assert.equal((await page.locator("h1.headline").innerText()).trim(), shown.title);

  // What the browser has in its DOM is what the truth says, for every page of the forum.
  for (const expected of lines) {
    await page.goto(expected.url);
    const floors = await page.locator("li.floor").evaluateAll((found) => found.map((li) => ({
      id: li.id,
      author: li.querySelector(".who")?.textContent ?? null,
      text: li.querySelector("p.text")?.innerText ?? null,
      parent: li.querySelector("a.parent")?.getAttribute("href").replace(/^.*#/, "") ?? null,
    })));
    const squeezed = (text) => text?.replace(/\s+/g, " ").trim() ?? null;
    assert.deepEqual(
      floors.map((floor) => ({ ...floor, text: squeezed(floor.text) })),
      expected.truth.posts.map(({ id, author, text, parent }) => ({ id, author, text: squeezed(text), parent })),
    );
  }
  assert.deepEqual(errors, []);
  const asked = JSON.parse(await get("/requests"));
  assert.ok(asked.length >= lines.length + 3, "the site saw each page asked for");
  console.log(`${lines.length} pages, ${asked.length} requests`);
} finally {
  await browser.close();
}
