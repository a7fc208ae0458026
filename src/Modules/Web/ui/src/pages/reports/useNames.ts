import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibraryItem, PersonItem } from '@/api';
import type { Days } from './range';
import { librariesQuery, type Only, peopleQuery } from './reportQueries';

const nothing: never[] = [];

export interface Named {
  value: string;
  label: string;
}

/** How the page calls a library, or a person, by what the server calls it. */
export function useNaming() {
  const { t } = useTranslation('reports');
  return useMemo(
    () => ({
      /** Where it is clear that a library is meant: that of a person by the person's name. */
      libraryShort: (id: string, name: string) => (id === 'shared' ? t('shared') : name === '' ? t('removed') : name),
      library: (id: string, name: string) => (id === 'shared' ? t('shared') : name === '' ? t('personalOfNobody') : t('personalOf', { name })),
      person: (name: string) => (name === '' ? t('removed') : name),
    }),
    [t],
  );
}

/** What libraries and people are called, by their ids. */
export function useNames(days: Days) {
  const { t } = useTranslation('reports');
  const naming = useNaming();
  const libraries: readonly LibraryItem[] = useQuery(librariesQuery(days)).data ?? nothing;
  const people: readonly PersonItem[] = useQuery(peopleQuery(days, {})).data ?? nothing;

  return useMemo(() => {
    const ofLibraries: Named[] = libraries.map(({ id, name }) => ({ value: id, label: naming.library(id, name) }));
    const ofPeople: Named[] = people.map(({ id, displayName }) => ({ value: id, label: naming.person(displayName) }));
    const labelOf = (names: readonly Named[], id: string) => names.find(({ value }) => value === id)?.label;
    const library = (id: string) => labelOf(ofLibraries, id) ?? t('oneLibrary');
    const person = (id: string) => labelOf(ofPeople, id) ?? t('onePerson');
    return {
      libraries: ofLibraries,
      people: ofPeople,
      library,
      person,
      /** Of what alone the reports are, in words. */
      of: (only: Only) => [...(only.library === undefined ? [] : [library(only.library)]), ...(only.person === undefined ? [] : [person(only.person)])],
    };
  }, [t, naming, libraries, people]);
}
