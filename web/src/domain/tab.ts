// This window among those of the browser that show the page: which one it is, and which others are open.

const TICKET = "samesong-tab";
const CHANNEL = "samesong-tabs";
const PATIENCE = 2000; // milliseconds; an open window answers in a few, and one that is being loaded again in time

/** A name for this window, which it keeps when the page is loaded again. */
export const TAB = handed() ?? newName();

// Only on the way from one page to the next: a duplicate of this window would find the name, and share it.
addEventListener("pagehide", () => hand(TAB));
addEventListener("pageshow", () => hand(null)); // from the browser's cache of pages
hand(null);

interface Said {
  asked?: string;
  open?: string;
}

const channel = new BroadcastChannel(CHANNEL);
channel.onmessage = ({ data }: MessageEvent<Said>) => {
  if (data.asked === TAB) channel.postMessage({ open: TAB } satisfies Said);
};

/** Whether another window is open. Locks would tell at once, but browsers have them only on this computer or over https. */
export function isOpen(tab: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = new BroadcastChannel(CHANNEL);
    const end = (open: boolean) => {
      clearTimeout(timer);
      asking.close();
      resolve(open);
    };
    const timer = setTimeout(end, PATIENCE, false);
    asking.onmessage = ({ data }: MessageEvent<Said>) => {
      if (data.open === tab) end(true);
    };
    asking.postMessage({ asked: tab } satisfies Said);
  });
}

/** The name that the page before this one had; storage may be full or forbidden. */
function handed(): string | null {
  try {
    return sessionStorage.getItem(TICKET);
  } catch {
    return null;
  }
}

function hand(name: string | null): void {
  try {
    if (name === null) sessionStorage.removeItem(TICKET);
    else sessionStorage.setItem(TICKET, name);
  } catch {
    // Then the next page takes over what this one leaves, as that of a closed window.
  }
}

function newName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
