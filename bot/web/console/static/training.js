// Renew the progress of a training without reload: all of it when its state moved, else only the time spent.
"use strict";

const live = document.getElementById("live");
setInterval(look, 4000);

async function look() {
  if (document.hidden || look.running) return;
  look.running = true;
  try {
    const answer = await fetch(live.dataset.news, { redirect: "error" });
    if (answer.status === 200) renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch (error) {
    // Away for a moment, or signed out: the next look, or the next click, tells.
  } finally {
    look.running = false;
  }
}

function renew(news) {
  const spent = document.getElementById("spent");
  const state = (page) => page.querySelector("[data-state]").dataset.state;
  if (state(news) !== state(live)) live.replaceChildren(...news.body.childNodes);
  else if (spent) spent.textContent = news.getElementById("spent").textContent;
}
