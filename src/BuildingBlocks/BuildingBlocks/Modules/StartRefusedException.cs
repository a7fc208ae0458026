namespace Kilo.BuildingBlocks.Modules;

/// <summary>The process cannot start as it was asked to; the message says what to change. Thrown while it is put together or starts.</summary>
public sealed class StartRefusedException(string message) : Exception(message);
