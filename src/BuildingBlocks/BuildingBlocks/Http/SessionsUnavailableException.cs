namespace Kilo.BuildingBlocks.Http;

/// <summary>
/// Sessions, or the keys that they are encrypted with, cannot be read or written now. A request answers 503, and nobody is signed out:
/// that nobody could look is not that nobody is signed in.
/// </summary>
public sealed class SessionsUnavailableException(string message, Exception inner) : Exception(message, inner);
