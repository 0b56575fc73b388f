// Renew a list or a conversation without reload: ask every few seconds, change only what is new.
"use strict";

const live = document.getElementById("live");
const told = document.getElementById("told");
let mark = "";

if (live && live.dataset.news) {
  atEnd();
  setInterval(look, Number(live.dataset.every));
}
counted(document.getElementById("text"));

async function look() {
  if (document.hidden || look.running) return;
  look.running = true;
  try {
    const answer = await fetch(live.dataset.news, { headers: mark ? { "If-None-Match": mark } : {}, redirect: "error" });
    if (answer.status === 200) {
      mark = answer.headers.get("ETag") || "";
      renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch (error) {
    // Away for a moment, or signed out: the next look, or the next click, tells.
  } finally {
    look.running = false;
  }
}

function renew(news) {
  const items = document.getElementById("talk-items");
  if (items) {
    merge(items, news.getElementById("talk-items"));
    swap(document.getElementById("talk-state"), news.getElementById("talk-state"));
  } else if (!live.contains(document.activeElement)) {
    live.replaceChildren(...news.body.childNodes);
    tell(live.querySelector("[data-waiting]").dataset.waiting);
  }
}

function merge(items, fresh) {
  const below = live.scrollHeight - live.scrollTop - live.clientHeight < 80;
  for (const item of fresh.children) {
    const known = document.getElementById(item.id);
    if (!known) items.append(item.cloneNode(true));
    else if (known.innerHTML !== item.innerHTML) known.innerHTML = item.innerHTML;
  }
  if (below) atEnd();
}

function swap(known, fresh) {
  if (!known.contains(document.activeElement)) known.innerHTML = fresh.innerHTML;
}

function tell(waiting) {
  const title = document.title.replace(/^\(\d+\) /, "");
  const next = (waiting !== "0" ? "(" + waiting + ") " : "") + title;
  if (next === document.title) return;
  document.title = next;
  told.textContent = waiting === "0" ? "Không ai đang chờ." : waiting + " người đang chờ cán bộ.";
}

function atEnd() {
  live.scrollTop = live.scrollHeight;
}

function counted(box) {
  if (!box) return;
  const left = document.getElementById("left");
  const most = Number(box.dataset.most);
  const words = left.textContent;
  const count = () => {
    const length = [...box.value.trim().normalize("NFC")].length;
    left.textContent = length ? "Còn " + (most - length) + " ký tự." : words;
    left.classList.toggle("mc-late", length > most);
  };
  box.addEventListener("input", count);
  count();
}
