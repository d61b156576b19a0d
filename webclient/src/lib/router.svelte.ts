// The route is the fragment: /#/conversations/ID?at=REFLECTION. Nothing of it
// reaches the server.

export interface Route {
  path: string[]
  query: URLSearchParams
}

/** Reads a fragment such as "#/a/b?c=d". */
export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  return { path: path.split('/').filter(Boolean).map(safe), query: new URLSearchParams(query) }
}

function safe(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export class Router {
  route = $state.raw<Route>({ path: [], query: new URLSearchParams() })
  /** The address that the page was loaded at. */
  began = $state(location.hash)

  constructor() {
    this.read()
    addEventListener('hashchange', () => this.read())
  }

  read() {
    this.route = parse(location.hash)
  }

  go(path: string) {
    location.hash = '#/' + path
  }

  /** Changes the address without a step in the history; for secrets, and for going on. */
  replace(path: string) {
    history.replaceState(null, '', '#/' + path)
    this.read()
  }
}

/** Where a quote leads back to. */
export function backTo(q: { reflection: string; conversation?: string; start?: number; end?: number }): string {
  const span = q.end ? `from=${q.start ?? 0}&to=${q.end}` : ''
  if (q.conversation) return `#/conversations/${q.conversation}?at=${q.reflection}${span && '&' + span}`
  return `#/reflections/${q.reflection}${span && '?' + span}`
}
