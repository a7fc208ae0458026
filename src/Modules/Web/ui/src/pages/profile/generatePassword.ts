/** Without what is easily mistaken for something else: 0 O o, 1 l I i, 5 S s, 2 Z z. */
export const alphabet = '346789abcdefghjkmnpqrtuvwxyABCDEFGHJKLMNPQRTUVWXY';

const groups = 4;
const groupLength = 5;
/** Bytes from here on are thrown away, so that every character is as likely as the others. */
const fairBytes = 256 - (256 % alphabet.length);

/** A password of 20 random characters (about 112 bits), in groups that can be read aloud. */
export function generatePassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  let characters = '';
  while (characters.length < groups * groupLength) {
    for (const byte of random(new Uint8Array(32))) {
      if (byte < fairBytes && characters.length < groups * groupLength) characters += alphabet.charAt(byte % alphabet.length);
    }
  }
  return Array.from({ length: groups }, (_, group) => characters.slice(group * groupLength, (group + 1) * groupLength)).join('-');
}
