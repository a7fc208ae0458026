namespace Kilo.Host;

/// <summary>The process cannot start as it was asked to; the message says what to change.</summary>
public sealed class StartRefusedException(string message) : Exception(message);
