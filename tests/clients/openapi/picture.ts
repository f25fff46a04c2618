// A picture to be sent, and what is done with its bytes beside the API.
import { must } from './wait.js';

// A PNG of three by two pixels.
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEUlEQVR42mM4IccAQUBsA0EAPXwGGaLGsUIAAAAASUVORK5CYII=';
// What any JPEG begins with. Squares of opaque pictures are JPEGs.
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff);

export const bytes = Uint8Array.from(atob(PNG), (byte) => byte.charCodeAt(0));

export const picture = (name: string): File => new File([bytes], name, { type: 'image/png' });

const same = (got: ArrayBuffer, wanted: Uint8Array) => Buffer.compare(Buffer.from(got), wanted) === 0;

// Whether these bytes are that picture.
export const isPicture = (got: ArrayBuffer): boolean => same(got, bytes);

// Whether these bytes begin as any JPEG does.
export const isJpeg = (got: ArrayBuffer): boolean => same(got.slice(0, JPEG.length), JPEG);

// Sends the picture to where an upload was begun.
export const put = async (address: string, headers: Record<string, string>): Promise<void> => {
  const answer = await fetch(address, { method: 'PUT', headers, body: bytes });
  must(answer.ok, `${answer.status} of an upload`, await answer.text());
};

// The bytes that are at an address.
export const fetched = async (address: string): Promise<ArrayBuffer> => {
  const answer = await fetch(address);
  must(answer.ok, `${answer.status} of a file`);
  return answer.arrayBuffer();
};
