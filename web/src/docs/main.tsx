// The description of the API as a page: each call with its curl, to be tried here.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, askJson, setToken, takeToken, token } from "../api/http";
import type { Problem } from "../api/problem";
import { health } from "../api/service";
import { Announcer } from "../parts/announcer";
import { Notice } from "../parts/notice";
import { CallView } from "./calls";
import { callsByTag, type Description } from "./description";

function Docs() {
  const [description, setDescription] = useState<Description | null>(null);
  const [needsToken, setNeedsToken] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = () => {
    setProblem(null);
    Promise.all([askJson<Description>("openapi.json"), health()]).then(
      ([found, { token_required }]) => {
        setDescription(found);
        setNeedsToken(token_required);
      },
      (error: unknown) => setProblem(asProblem(error)),
    );
  };
  useEffect(load, []);
  return (
    <>
      <header class="top">
        <a class="brand" href="./">samesong</a>
        <nav aria-label="Main"><a href="./">The page</a><a href="./docs" aria-current="page">HTTP API</a></nav>
      </header>
      <main class="docs">
        <h1>HTTP API</h1>
        {problem && <Notice problem={problem} retry={load} />}
        {description && (
          <>
            {description.info.description.trim().split("\n\n").map((text) => <Prose key={text} text={text} />)}
            <p>For programs: <a href="./openapi.json">openapi.json</a></p>
            {needsToken && <Token />}
            {[...callsByTag(description)].map(([tag, calls]) => (
              <section key={tag} class="calls" aria-labelledby={`tag-${tag.replaceAll(" ", "-")}`}>
                <h2 id={`tag-${tag.replaceAll(" ", "-")}`}>{tag.charAt(0).toUpperCase() + tag.slice(1)}</h2>
                {calls.map((call) => (
                  <CallView key={`${call.method} ${call.path}`} call={call} types={description.components.schemas} needsToken={needsToken} />
                ))}
              </section>
            ))}
            <section class="calls" aria-labelledby="types">
              <h2 id="types">Types</h2>
              {Object.entries(description.components.schemas).map(([name, schema]) => (
                <details key={name}>
                  <summary>{name} <span class="soft">{schema.description}</span></summary>
                  <pre tabIndex={0} role="region" aria-label={name}>{JSON.stringify(schema, null, 2)}</pre>
                </details>
              ))}
            </section>
          </>
        )}
      </main>
      <Announcer />
    </>
  );
}

/** A paragraph, with what stands between backticks as code. */
function Prose({ text }: { text: string }) {
  return <p>{text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</p>;
}

function Token() {
  const [value, setValue] = useState(token() ?? "");
  return (
    <div class="field">
      <label for="token">Token of this server, to try calls with</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        value={value}
        onInput={(event) => {
          setValue(event.currentTarget.value);
          setToken(event.currentTarget.value || null);
        }}
      />
    </div>
  );
}

takeToken();
const page = document.getElementById("page")!;
page.replaceChildren();
render(<Docs />, page);
