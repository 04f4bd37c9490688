namespace Minimal.Http.Wire;

/// <summary>A field of a head or a trailer section (RFC 9110 §5): a name, whose case does not matter, and a value.</summary>
/// <param name="Name">A token.</param>
/// <param name="Value">The value without white space around it; bytes from 80 to FF are the characters U+0080 to U+00FF.</param>
public readonly record struct HttpField(string Name, string Value);
