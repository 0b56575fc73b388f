// Drag a post to another day: the same form as "Đổi giờ", which asks when something is odd.
"use strict";

const days = document.getElementById("days");
const mover = document.getElementById("mover");
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest ? event.target.closest("[data-move]") : null;
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.move);
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});

days.addEventListener("dragover", (event) => {
  const day = event.target.closest("[data-day]");
  if (!dragged || !day) return;
  event.preventDefault();
  mark(day);
});

days.addEventListener("drop", (event) => {
  const day = event.target.closest("[data-day]");
  if (!dragged || !day) return;
  event.preventDefault();
  if (day.contains(dragged)) return;
  mover.action = dragged.dataset.move;
  mover.elements.day.value = day.dataset.day;
  mover.elements.clock.value = dragged.dataset.clock;
  mover.elements.read.value = dragged.dataset.read;
  document.getElementById("told").textContent = "Đang chuyển bài sang ngày " + day.dataset.day;
  mover.submit();
});

function mark(day) {
  for (const one of days.querySelectorAll(".mc-over")) if (one !== day) one.classList.remove("mc-over");
  if (day) day.classList.add("mc-over");
}
