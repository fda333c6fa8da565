// The account page: signs in, shows the weights, downloads and deletes them, through the public API only.
// Tokens are kept in memory only, and the page is built with text nodes, never from HTML strings.

const IN_KILOGRAMS = { kg: 1, lb: 0.45359237, st: 6.35029318 };
const PAGE = 250;
const SVG = "http://www.w3.org/2000/svg";
const CHART_HEIGHT = 260;
/** The server's names of fields, as the page calls them. */
const FIELDS = { email: "The address", password: "The password", new_password: "The new password", code: "The code" };

const $ = (id) => document.getElementById(id);
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const exact = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 2 });
const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const rounded = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The tokens and the user, or null. */
let session = null;
/** Entries, oldest first. */
let entries = [];

/** An error response of the server, with its stable code. */
class Problem extends Error {
  constructor(code, message, retryAfter) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

// The API

async function problemOf(answer) {
  const retryAfter = Number(answer.headers.get("Retry-After")) || 0;
  // The web server's own errors may not be JSON.
  const body = await answer.json().catch(() => ({}));
  const fields = body.errors?.map((error) => `${FIELDS[error.field] ?? error.field} ${error.message}.`).join(" ");
  return new Problem(body.code ?? `http_${answer.status}`, fields ?? body.detail ?? body.title ?? "The server did not answer as expected.", retryAfter);
}

async function send(method, path, body, token) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(`/api${path}`, { method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" });
  } catch {
    throw new Problem("offline", "The server cannot be reached. Check your connection and try again.");
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/** A request of the signed-in user: refreshes an expired access token once, and waits when the server asks for it. */
async function authorised(method, path, body) {
  for (let renewed = false; ; ) {
    try {
      return await send(method, path, body, session.access_token);
    } catch (problem) {
      if (problem.code === "token_expired" && !renewed) {
        renewed = true;
        const answer = await send("POST", "/auth/refresh", { refresh_token: session.refresh_token });
        Object.assign(session, await answer.json());
      } else if (problem.code === "rate_limited" && method === "GET") {
        tell(`The server asks for a pause of ${problem.retryAfter} seconds…`);
        await new Promise((resolve) => setTimeout(resolve, problem.retryAfter * 1000));
      } else {
        throw problem;
      }
    }
  }
}

// Messages

function tell(text) { $("problem").textContent = ""; $("status").textContent = text; }

function complain(problem) {
  $("status").textContent = "";
  const wait = problem.code === "rate_limited" ? ` Wait ${problem.retryAfter} seconds.` : "";
  const words = {
    invalid_credentials: "E-mail address or password is wrong.",
    wrong_password: "The password is wrong. Nothing was deleted.",
    rate_limited: "Too many attempts.",
    mail_not_configured: "This server sends no mail. Ask the person who runs it for a code.",
    invalid_code: "The code is wrong, used or too old.",
  };
  $("problem").textContent = (words[problem.code] ?? problem.message) + wait;
}

/** Runs the action of a button or form: one at a time, showing every failure. */
async function during(button, work) {
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  try {
    await work();
  } catch (problem) {
    const ended = ["account_gone", "invalid_refresh_token", "invalid_token", "unknown_user", "session_ended"];
    if (session && ended.includes(problem.code)) show(null);
    complain(problem);
    if (!(problem instanceof Problem)) throw problem;
  } finally {
    button.ariaDisabled = null;
  }
}

/** Marks empty fields and focuses the first; returns whether there are none. */
function filled(fields) {
  for (const field of fields) field.ariaInvalid = field.value ? null : "true";
  const empty = fields.filter((field) => !field.value);
  if (empty.length === 0) return true;
  empty[0].focus();
  complain(new Problem("empty", `Please fill in: ${empty.map((field) => field.labels[0].textContent).join(", ")}.`));
  return false;
}

// The two states of the page: signed out, signed in

function show(tokens) {
  session = tokens;
  entries = [];
  $("sign-in").hidden = Boolean(session);
  $("reset").hidden = true;
  $("signed-in").hidden = !session;
  $("who").textContent = session?.user.email ?? "";
  for (const form of document.forms) form.reset();
  // So that password managers know whose password the form asks for.
  $("delete-email").value = $("who").textContent;
  draw();
}

async function enter(answer) {
  show(await answer.json());
  $("weights-title").focus();
  await load();
}

async function signIn() {
  const [email, password] = [$("email"), $("password")];
  if (!filled([email, password])) return;
  await enter(await send("POST", "/auth/login", { email: email.value, password: password.value }));
}

function forget() {
  $("reset").hidden = false;
  $("reset-email").value = $("email").value;
  tell("");
  $("reset-title").focus();
}

async function askForCode() {
  const email = $("reset-email");
  if (!filled([email])) return;
  await send("POST", "/auth/password/forgot", { email: email.value });
  tell("If an account has this address, a code is on its way to it.");
  $("code").focus();
}

async function resetPassword() {
  const [email, code, password] = ["reset-email", "code", "new-password"].map($);
  if (!filled([email, code, password])) return;
  await enter(await send("POST", "/auth/password/reset", { email: email.value, code: code.value, new_password: password.value }));
}

async function signOut() {
  await send("POST", "/auth/logout", { refresh_token: session.refresh_token });
  show(null);
  tell("You are signed out.");
  $("sign-in-title").focus();
}

/** All pages of the list. Writes in the meantime may shift the pages, so entries are kept by id. */
async function load() {
  const found = new Map();
  for (let total = Infinity, offset = 0; offset < total; offset += PAGE) {
    const answer = await authorised("GET", `/health-metrics/weight?limit=${PAGE}&offset=${offset}`);
    const page = await answer.json();
    total = page.pagination.total;
    for (const entry of page.data) found.set(entry.id, entry);
    if (page.data.length === 0) break;
    tell(`Loading: ${found.size} of ${total} entries…`);
  }
  entries = [...found.values()].map((entry) => ({ ...entry, at: new Date(entry.timestamp) })).sort((a, b) => a.at - b.at);
  if (entries.length > 0) $("unit").value = entries.at(-1).unit;
  draw();
  tell(`Signed in. ${entries.length} ${entries.length === 1 ? "entry" : "entries"}.`);
}

async function download() {
  tell("Preparing the file…");
  const answer = await authorised("GET", "/account/export");
  const text = await answer.text();
  try {
    JSON.parse(text);
  } catch {
    throw new Problem("cut", "The file came incomplete. Please try again.");
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = /filename="([\w.-]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "weights.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  tell(`${link.download} was downloaded.`);
}

async function deleteAccount() {
  const [password, confirm] = [$("delete-password"), $("confirm")];
  if (!filled([password, confirm])) return;
  if (confirm.value.trim() !== "DELETE") {
    confirm.ariaInvalid = "true";
    confirm.focus();
    throw new Problem("unconfirmed", "Type DELETE in capital letters to confirm. Nothing was deleted.");
  }
  let answer;
  try {
    answer = await authorised("DELETE", "/account", { password: password.value });
  } catch (problem) {
    if (problem.code === "wrong_password") password.focus();
    throw problem;
  }
  const { deleted } = await answer.json();
  show(null);
  tell(`Your account was deleted, and ${deleted.weight_entries} weight entries with it. Nothing of it is left here.`);
  $("main").focus();
}

// Table and chart

const convert = (entry, unit) => (entry.weight_value * IN_KILOGRAMS[entry.unit]) / IN_KILOGRAMS[unit];
/** The weight as entered, or rounded where it was converted. */
const written = (entry, unit) =>
  `${entry.unit === unit ? exact.format(entry.weight_value) : rounded.format(convert(entry, unit))} ${unit}`;

function draw() {
  const unit = $("unit").value;
  $("none").hidden = entries.length > 0;
  $("some").hidden = entries.length === 0;
  $("rows").replaceChildren(...entries.toReversed().map((entry) => row(entry, unit)));
  drawChart(unit);
}

function row(entry, unit) {
  const line = document.createElement("tr");
  const [measured, weight] = [line.insertCell(), line.insertCell()];
  const time = document.createElement("time");
  time.dateTime = entry.timestamp;
  time.textContent = dateAndTime.format(entry.at);
  measured.append(time);
  weight.textContent = written(entry, unit);
  return line;
}

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawChart(unit) {
  const holder = $("chart");
  const width = holder.clientWidth;
  holder.replaceChildren();
  if (entries.length === 0 || width === 0) return;
  const values = entries.map((entry) => convert(entry, unit));
  // Math.min(...values) would fail: an account may hold more entries than a call takes arguments.
  const [lowest, highest] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const [first, last] = [entries[0], entries.at(-1)];
  const words = `${entries.length} entries from ${day.format(first.at)} to ${day.format(last.at)}. Latest ${written(last, unit)}, lowest ${rounded.format(lowest)} ${unit}, highest ${rounded.format(highest)} ${unit}.`;
  $("summary").textContent = words;

  const box = { left: 44, right: width - 12, top: 12, bottom: CHART_HEIGHT - 26 };
  const ticks = niceTicks(lowest, highest);
  const span = last.at - first.at || 1;
  const x = (at) => (first === last ? (box.left + box.right) / 2 : box.left + ((at - first.at) / span) * (box.right - box.left));
  const y = (value) => box.bottom - ((value - ticks[0]) / (ticks.at(-1) - ticks[0])) * (box.bottom - box.top);
  const svg = element("svg", { viewBox: `0 0 ${width} ${CHART_HEIGHT}`, role: "img", "aria-label": `Chart: ${words}` });
  for (const tick of ticks) {
    svg.append(
      element("line", { class: "grid", x1: box.left, x2: box.right, y1: y(tick), y2: y(tick) }),
      element("text", { x: box.left - 8, y: y(tick) + 4, "text-anchor": "end" }, plain.format(tick)),
    );
  }
  svg.append(element("text", { x: box.left, y: CHART_HEIGHT - 6 }, day.format(first.at)));
  if (first !== last) svg.append(element("text", { x: box.right, y: CHART_HEIGHT - 6, "text-anchor": "end" }, day.format(last.at)));
  const points = entries.map((entry, index) => [x(entry.at), y(values[index])]);
  svg.append(element("polyline", { class: "curve", points: points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(" ") }));
  if (points.length <= 60) for (const [cx, cy] of points) svg.append(element("circle", { class: "dot", cx, cy, r: 3 }));
  const [cx, cy] = points.at(-1);
  svg.append(element("circle", { class: "last", cx, cy, r: 5 }));
  holder.append(svg);
}

/** Four to seven round numbers around a range. */
function niceTicks(lowest, highest) {
  const span = Math.max(highest - lowest, 1);
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= 5);
  const from = Math.floor((lowest - span * 0.05) / step);
  const to = Math.max(Math.ceil((highest + span * 0.05) / step), from + 1);
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * step);
}

/** Names the person who runs this server, where the server tells. */
async function showContact() {
  const { account } = await (await send("GET", "/limits")).json();
  if (!account.contact) return;
  $("contact").href = account.contact.startsWith("https:") ? account.contact : `mailto:${account.contact}`;
  $("contact").textContent = account.contact;
  $("ask-operator").hidden = false;
}

// Actions

const onSubmit = (form, work) =>
  $(form).addEventListener("submit", (event) => {
    event.preventDefault();
    during(event.target.querySelector("[type=submit]"), work);
  });

onSubmit("sign-in-form", signIn);
onSubmit("reset-form", resetPassword);
onSubmit("delete-form", deleteAccount);
$("forgot").addEventListener("click", forget);
$("ask").addEventListener("click", (event) => during(event.target, askForCode));
$("sign-out").addEventListener("click", (event) => during(event.target, signOut));
$("download").addEventListener("click", (event) => during(event.target, download));
$("unit").addEventListener("change", draw);
new ResizeObserver(() => drawChart($("unit").value)).observe($("chart"));
// Leaving the page signs out, so that a page restored from the browser's cache shows nothing.
addEventListener("pagehide", () => {
  if (!session) return;
  const body = JSON.stringify({ refresh_token: session.refresh_token });
  fetch("/api/auth/logout", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true });
  show(null);
  tell("");
});
show(null);
// Without it the page works as well; what keeps it away shows at the next request.
showContact().catch(() => {});
