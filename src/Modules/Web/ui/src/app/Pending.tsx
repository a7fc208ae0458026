import { Center, Loader } from '@mantine/core';

export function Pending() {
  return (
    <Center mih={240} role="status" aria-busy>
      <Loader type="dots" />
    </Center>
  );
}
