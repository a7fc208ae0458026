import { useParams } from '@tanstack/react-router';
import { cleanPath, type LibraryName } from '@/library';

/** The library and the folder that the address names. */
export function useLibraryPlace(): { library: LibraryName; folder: string } {
  const { library, _splat } = useParams({ from: '/shell/library/$library/$' });
  return { library, folder: cleanPath(_splat ?? '') };
}
