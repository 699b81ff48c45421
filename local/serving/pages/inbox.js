"use strict";
// Looks now and then whether anything happened. A page on which somebody reads a mail or types is left alone.
(() => {
  const news = document.querySelector(".news"), now = document.querySelector(".now");
  const busy = () => location.hash.includes("mail=") || document.activeElement?.matches("input");

  async function look() {
    if (document.hidden) return;
    let answer;
    try {
      answer = await fetch("/_inbox.json", { cache: "no-store" });
    } catch {
      news.textContent = "The local stack has ended.";
      news.hidden = false;
      return;
    }
    now.textContent = decodeURIComponent(answer.headers.get("X-Convener-Clock"));
    if (answer.headers.get("X-Convener-Version") === document.body.dataset.version) return;
    if (busy()) news.hidden = false;
    else location.reload();
  }
  setInterval(look, 2000);
})();
