namespace Kilo.Engines.Tests.Log;

public sealed class KafkaLogTests() : EventLogContract(new KafkaStorage());
