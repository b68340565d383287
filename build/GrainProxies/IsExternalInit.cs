namespace System.Runtime.CompilerServices;

// What netstandard2.0 lacks for init-only properties, and so for records.
internal static class IsExternalInit;
