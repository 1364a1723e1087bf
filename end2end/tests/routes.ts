// The routes of all pages, as the server lists them.
import { readDemo } from './demo';

/** The routes of all pages, with `:name` for a parameter: `/doctors/:id`. */
export const ROUTES: readonly string[] = readDemo()?.pages ?? [];

/** The route of a path, which may have a query; undefined when no page has this path. If several routes match, it is the one with the fewest parameters. */
export function routeOf(path: string, routes = ROUTES): string | undefined {
  const given = path.replace(/[?#].*$/, '').split('/');
  const fits = (route: string): boolean => {
    const parts = route.split('/');
    return parts.length === given.length && parts.every((part, index) => part.startsWith(':') || part === given[index]);
  };
  const parameters = (route: string): number => route.split('/:').length;
  return routes.filter(fits).sort((a, b) => parameters(a) - parameters(b)).at(0);
}
