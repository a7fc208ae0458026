import { LanguageDescription, type LanguageSupport } from '@codemirror/language';
import { languages } from '@codemirror/language-data';

/** How to colour a file, by its name; null when its language is not known. Loads only that language. */
export async function languageOf(fileName: string): Promise<LanguageSupport | null> {
  const description = LanguageDescription.matchFilename(languages, fileName);
  return description === null ? null : description.load();
}
