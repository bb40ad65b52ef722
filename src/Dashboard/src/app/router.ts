import { computed, signal } from "@preact/signals";

/** The page's address. It contains everything that a page filters and shows, so a link shows a colleague the same. */
const address = signal(new URL(location.href));

addEventListener("popstate", () => { address.value = new URL(location.href); });
addEventListener("click", follow);

/** The path as its decoded parts: `/ui/vms/web.1` is `["vms", "web.1"]`, and `/` is `[]`. */
export const path = computed(() => address.value.pathname.split("/").filter((part) => part !== "").map(decoded).slice(address.value.pathname.startsWith("/ui") ? 1 : 0));

/** The query. */
export const query = computed(() => address.value.searchParams);

/** Goes to a page. `replace` adds no history entry, as for each letter of a search. */
export function go(to: string, how: "push" | "replace" = "push"): void {
  const next = new URL(to, location.href);
  if (next.href === address.value.href) {
    return;
  }

  try {
    history[how === "push" ? "pushState" : "replaceState"](null, "", next);
  } catch (failure) {
    // Safari allows 100 changes in half a minute, fewer than letters that somebody types: the address is right again with a later one.
    if (next.origin !== location.origin) {
      throw failure;
    }
  }

  const moved = next.pathname !== address.value.pathname;
  address.value = next;
  if (moved) {
    scrollTo(0, 0);
  }
}

/** Changes members of the query; an empty value removes one. */
export function setQuery(changes: Readonly<Record<string, string | readonly string[] | undefined>>, how: "push" | "replace" = "replace"): void {
  const next = new URL(address.value);
  for (const [name, value] of Object.entries(changes)) {
    next.searchParams.delete(name);
    for (const one of typeof value === "string" ? [value] : (value ?? [])) {
      if (one !== "") {
        next.searchParams.append(name, one);
      }
    }
  }

  go(next.href, how);
}

/** The address of a VM's page, or of a page below it. */
export function vmPath(vm: string, page?: "commands"): string {
  return `/ui/vms/${encodeURIComponent(vm)}${page === undefined ? "" : `/${page}`}`;
}

/** The address of an event. */
export function eventPath(id: string): string {
  return `/ui/events/${encodeURIComponent(id)}`;
}

// Links of the page are ordinary links, so that they can be opened in a new tab; a plain click stays in the page.
function follow(click: MouseEvent): void {
  const link = click.target instanceof Element ? click.target.closest("a") : null;
  if (link === null || click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey
    || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin || link.hash !== "" || !(link.pathname === "/" || link.pathname.startsWith("/ui/"))) {
    return;
  }

  click.preventDefault();
  go(link.href);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
