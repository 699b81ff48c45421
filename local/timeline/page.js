"use strict";
// The address says which mail is open and how (#mail=0007&view=phone); everything else follows from it.
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];

  const mails = every(".list a[data-mail]");
  if (!mails.length) return;
  document.documentElement.classList.add("js");

  const list = one(".list"), reader = one(".reader"), stage = one(".stage"), find = one("input[type=search]");
  const tabs = every("nav a[data-view]");
  const views = tabs.map((tab) => tab.dataset.view);
  const usual = matchMedia("(min-width: 760px)").matches ? "html" : "phone";
  let mail = mails[0], view = usual;

  const fileOf = (name) => mail.getAttribute("href").replace(/\.html$/, name === "html" || name === "phone" ? "$&" : `-${name}$&`);
  const address = (link, name) => `#mail=${link.dataset.mail}&view=${name}`;
  const go = (link, name = view) => location.replace(address(link, name)); // replace: "back" leaves the page

  function readAddress() {
    const place = /^#[cm]-/.test(location.hash) && document.getElementById(location.hash.slice(1)); // a mailing, or one mail
    if (place) return go(one("a[data-mail]", place));
    const wanted = new URLSearchParams(location.hash.slice(1));
    mail = mails.find((link) => link.dataset.mail === wanted.get("mail")) || mail;
    view = views.includes(wanted.get("view")) ? wanted.get("view") : view;
    show();
    if (wanted.has("mail")) bringIntoSight();
  }

  function show() {
    const group = mail.closest("details"), among = shown();
    group.open = true;
    for (const link of every(".list a[aria-current]")) link.ariaCurrent = null;
    mail.ariaCurrent = "true";
    one(".title").textContent = one(".subject", mail)?.textContent || group.dataset.subject || "No subject";
    one(".to", reader).textContent = `To ${one(".to", mail).textContent}`;
    one(".at", reader).textContent = one("time", mail).title;
    one(".file", reader).href = mail.dataset.file;
    one(".place").textContent = among.includes(mail) ? `${among.indexOf(mail) + 1} of ${among.length}` : "";
    for (const tab of tabs) {
      tab.href = address(mail, tab.dataset.view);
      tab.ariaCurrent = tab.dataset.view === view ? "true" : null;
    }
    stage.classList.toggle("all", view === "all");
    for (const figure of every("figure[data-view]", stage)) {
      figure.hidden = view !== "all" && figure.dataset.view !== view;
      if (!figure.hidden) load(one("iframe", figure), fileOf(figure.dataset.view));
    }
  }

  // Only what is looked at is loaded, and a frame's steps don't end up behind the "back" button.
  function load(frame, file) {
    if (frame.dataset.file === file) return;
    frame.dataset.file = file;
    frame.contentWindow.location.replace(new URL(file, location.href));
  }

  function bringIntoSight() {
    const row = mail.getBoundingClientRect(), box = list.getBoundingClientRect(), top = reader.getBoundingClientRect().top;
    if (row.top < box.top) list.scrollTop -= box.top - row.top + 60;
    if (row.bottom > box.bottom) list.scrollTop += row.bottom - box.bottom + 60;
    if (top < -40 || top > innerHeight * 0.6) reader.scrollIntoView();
  }

  function shown() {
    return mails.filter((link) => !link.parentElement.hidden);
  }

  function step(by) {
    const among = shown(), next = among[among.indexOf(mail) + by];
    if (!next) return;
    if (list.contains(document.activeElement)) next.focus({ preventScroll: true });
    go(next);
  }

  function filter() {
    const words = find.value.trim().toLowerCase();
    for (const group of every("details", list)) {
      const all = group.dataset.subject.toLowerCase().includes(words);
      for (const row of every("li", group)) row.hidden = !all && !row.textContent.toLowerCase().includes(words);
      group.hidden = !one("li:not([hidden])", group);
      if (words && !group.hidden) group.open = true;
    }
    one(".found").textContent = words ? `${shown().length} of ${mails.length}` : "";
    show();
  }

  // Up and down scroll the page as ever, until the mails are what one looks at.
  function atTheDesk() {
    const { top, bottom } = one(".desk").getBoundingClientRect();
    return top < innerHeight * 0.6 && bottom > innerHeight * 0.2;
  }

  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || target.matches?.("input")) return;
    const sideways = target === stage || target.classList?.contains("wide"); // these scroll by arrow keys themselves
    const by = { j: 1, J: 1, k: -1, K: -1, ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
    const upright = key === "ArrowDown" || key === "ArrowUp";
    if (by && !(upright && !atTheDesk()) && !(sideways && key.startsWith("Arrow"))) step(by);
    else if (views[key - 1]) go(mail, views[key - 1]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-mail]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link);
  });
  for (const tab of tabs) tab.addEventListener("click", (event) => { event.preventDefault(); go(mail, tab.dataset.view); });
  for (const button of every("button[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)));
  find.addEventListener("input", filter);
  addEventListener("hashchange", readAddress);
  readAddress();
})();
