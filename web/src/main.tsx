// Starts the page.
import { render } from "preact";
import { takeToken } from "./api/http";
import { App } from "./app";

// A file dropped beside the places for it would replace the page, and the work in it.
for (const event of ["dragover", "drop"]) window.addEventListener(event, (dropped) => dropped.preventDefault());

takeToken();
window.addEventListener("hashchange", () => {
  if (takeToken()) window.location.reload(); // every view asks anew
});

const page = document.getElementById("page")!;
page.replaceChildren();
render(<App />, page);
