// The case side: Escape twice within a second locks it. The server ends the second factor; this only presses the button.
let last = 0;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const now = event.timeStamp;
  if (now - last < 1000) document.querySelector<HTMLFormElement>("form[data-lock]")?.requestSubmit();
  last = now;
});

// On a narrow screen the tab that is open may lie beyond the edge.
document.querySelector('.tabs [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });

export {};
