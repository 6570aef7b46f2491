// One sample's denoising: its tokens appear in the order in which they were filled. A slider, buttons and the arrow keys
// move through the steps; nothing moves unless it is asked to, and not at all for who wants no motion.
import {counted, element} from "../elements.js";
import {visibleLines} from "../visible.js";

const wholeMilliseconds = 12_000;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** data: {name, texts, steps}: a text a position, and the positions that each step filled */
export function view(host, data) {
  const filledAt = new Array(data.texts.length).fill(Infinity);
  data.steps.forEach((places, step) => places.forEach((place) => (filledAt[place] = step + 1)));
  const tokens = data.texts.map(() => element("span", {className: "token"}));
  const text = element("pre", {className: "replay", tabIndex: 0, "aria-label": `${visibleLines(data.name)}, as it is filled`}, ...tokens);
  const slider = element("input", {type: "range", min: 0, max: data.steps.length, value: data.steps.length, "aria-label": "step"});
  const status = element("span", {className: "faint", role: "status"});
  const button = (name, act) => element("button", {type: "button", className: "control", onclick: act}, name);
  let timer = 0;

  function show(step) {
    slider.value = step;
    let filled = 0;
    tokens.forEach((token, place) => {
      const there = filledAt[place] <= step;
      filled += there ? 1 : 0;
      token.textContent = there ? visibleLines(data.texts[place]) : "░";
      token.className = there ? (filledAt[place] === step ? "token new" : "token") : "token mask";
    });
    status.textContent = `step ${step} of ${data.steps.length}, ${filled} of ${counted(tokens.length, "position")} filled`;
  }
  function pause() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    status.setAttribute("role", "status");
  }
  function move(by) {
    pause();
    show(Math.min(data.steps.length, Math.max(0, Number(slider.value) + by)));
  }
  const play = button("Play", () => {
    if (timer) return pause();
    if (Number(slider.value) >= data.steps.length) show(0);
    play.textContent = "Pause";
    status.removeAttribute("role"); // nobody wants each step read out
    timer = setInterval(() => {
      if (still.matches || Number(slider.value) >= data.steps.length) return pause();
      show(Number(slider.value) + 1);
    }, Math.min(500, Math.max(30, wholeMilliseconds / Math.max(1, data.steps.length))));
  });
  play.hidden = still.matches;
  still.addEventListener("change", () => {
    play.hidden = still.matches;
    pause();
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });
  text.addEventListener("keydown", (event) => {
    const by = {ArrowLeft: -1, ArrowRight: 1, Home: -data.steps.length, End: data.steps.length}[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  });
  host.prepend(element("div", {className: "controls"}, button("Back", () => move(-1)), play, button("Forward", () => move(1)), slider, status), text);
  show(data.steps.length);
}
