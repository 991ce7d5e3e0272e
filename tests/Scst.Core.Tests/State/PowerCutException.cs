using System;

namespace Scst.Core.Tests.State;

/// <summary>The power went off. Nobody catches it but the test.</summary>
internal sealed class PowerCutException : Exception;
