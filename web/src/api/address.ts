// Addresses of the service, which may lie below a path of a proxy.

export function address(path: string): string {
  return new URL(path, document.baseURI).href;
}
