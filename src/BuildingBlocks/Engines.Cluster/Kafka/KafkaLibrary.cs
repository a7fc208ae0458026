using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>Where Kafka's native library is: beside the program in the released build, the distribution's otherwise.</summary>
internal static class KafkaLibrary
{
    /// <summary>Lets the driver find the distribution's library, when none is beside the program. Called before the driver is first used.</summary>
    public static void Find() => RuntimeHelpers.RunClassConstructor(typeof(Resolver).TypeHandle);

    private static class Resolver
    {
        static Resolver() => NativeLibrary.SetDllImportResolver(typeof(Confluent.Kafka.Message<,>).Assembly, Resolve);

        private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
            name.Contains("librdkafka", StringComparison.Ordinal) && !NativeLibrary.TryLoad(name, assembly, path, out _) && NativeLibrary.TryLoad("librdkafka.so.1", out var handle)
                ? handle
                : 0;
    }
}
