// The page around its views: heading, navigation, and the server's version and catalog.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem, onToken, setToken, token } from "./api/http";
import { onPresence } from "./api/presence";
import type { Problem } from "./api/problem";
import { health as askHealth } from "./api/service";
import type { Health } from "./api/types";
import { silence } from "./audio/sole";
import { plural } from "./domain/words";
import { Announcer } from "./parts/announcer";
import { Notice } from "./parts/notice";
import { TokenDialog } from "./parts/tokendialog";
import { addressOf, read, useRoute, VIEWS, type ViewName } from "./routes";
import { Catalog } from "./views/catalog";
import { Compare } from "./views/compare";
import { Identify } from "./views/identify";
import { SetlistView } from "./views/setlist";

const NAMES: Record<ViewName, string> = {
  identify: "Identify",
  setlist: "Set list",
  compare: "Compare",
  catalog: "Catalog",
};

export function App() {
  const { view, job } = useRoute();
  const [visited, setVisited] = useState<readonly ViewName[]>([view]);
  const [setlistJob, setSetlistJob] = useState(view === "setlist" ? job : null);
  const [answer, setAnswer] = useState(view === "identify" ? job : null);
  const { health, problem, refresh } = useHealth();
  const [asking, setAsking] = useState(false);
  const [session, setSession] = useState(0);
  const first = useRef(true);

  useEffect(() => {
    onToken.needed = () => {
      setToken(null);
      setAsking(true);
    };
  }, []);
  useEffect(() => {
    if (health?.token_required && token() === null) setAsking(true);
  }, [health?.token_required]);
  useEffect(() => {
    setVisited((known) => (known.includes(view) ? known : [...known, view]));
    document.title = `${NAMES[view]} · samesong`;
    if (first.current) first.current = false;
    else {
      silence();
      document.querySelector<HTMLElement>(`#view-${view} h1`)?.focus();
      window.scrollTo(0, 0);
    }
  }, [view]);
  useEffect(() => {
    if (view === "setlist") setSetlistJob(job);
    if (view === "identify") setAnswer(job);
  }, [view, job]);

  const show = (name: ViewName, children: ComponentChildren) =>
    (visited.includes(name) || name === view) && (
      <div key={`${name}-${session}`} id={`view-${name}`} class="view" hidden={name !== view}>{children}</div>
    );
  const openAnswer = (id: string | null) => {
    if (read().view === "identify") window.location.hash = addressOf("identify", id);
    else setAnswer(id); // it was asked for, and the visitor has gone to another view meanwhile
  };
  const lastOf: Partial<Record<ViewName, string | null>> = { identify: answer, setlist: setlistJob };
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault(); // the address names the view
        document.querySelector<HTMLElement>(`#view-${view} h1`)?.focus();
      }}>Skip to content</a>
      <header class="top">
        <a class="brand" href={addressOf("identify")}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" />
            <path class="around" d="M6 6h6v6H6zM13 6h6v6h-6zM6 13h6v6H6zM20 13h6v6h-6zM13 20h6v6h-6zM20 20h6v6h-6z" />
            <path d="M20 6h6v6h-6zM13 13h6v6h-6zM6 20h6v6H6z" />
          </svg>
          samesong
        </a>
        <nav aria-label="Main">
          {VIEWS.map((name) => (
            <a
              key={name}
              href={addressOf(name, name === view ? null : lastOf[name] ?? null)}
              aria-current={name === view ? "page" : undefined}
            >
              {NAMES[name]}
            </a>
          ))}
        </nav>
      </header>
      <main id="main">
        {problem && <Notice problem={problem} retry={refresh} />}
        {show("identify", <Identify health={health} changed={refresh} id={answer} open={openAnswer} />)}
        {show("setlist", <SetlistView health={health} changed={refresh} id={setlistJob} open={(id) => (window.location.hash = addressOf("setlist", id))} />)}
        {show("compare", <Compare health={health} />)}
        {show("catalog", <Catalog health={health} changed={refresh} />)}
      </main>
      <footer>
        {health && (
          <p>
            samesong {health.version} · model {health.model} · {plural(health.n_tracks, "track")} ·{" "}
            <a href="docs">HTTP API</a> · <a href="licences.txt">Licences</a>
          </p>
        )}
      </footer>
      {asking && (
        <TokenDialog
          close={() => setAsking(false)}
          accepted={() => {
            setAsking(false);
            setSession(session + 1); // every view asks anew
            refresh();
          }}
        />
      )}
      <Announcer />
    </>
  );
}

function useHealth() {
  const [health, setHealth] = useState<Health | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = useRef(0);
  const told = useRef(0);
  const refresh = useCallback(() => {
    const number = ++asked.current;
    const tell = (now: Health | null, wrong: Problem | null) => {
      if (number < told.current) return; // a later question was answered sooner
      told.current = number;
      if (now !== null) setHealth(now);
      setProblem(wrong);
    };
    askHealth().then(
      (now) => tell(now, null),
      (error: unknown) => tell(null, asProblem(error)),
    );
  }, []);
  useEffect(refresh, []);
  useEffect(() => onPresence((away) => void (away || refresh())), []); // it may be another server that is back
  return { health, problem, refresh };
}
