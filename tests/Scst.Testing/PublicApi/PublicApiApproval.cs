using System;
using System.IO;
using System.Linq;
using System.Reflection;
using NUnit.Framework;

namespace Scst.Testing;

/// <summary>Compares the public surface of a library with the text that was last agreed on.</summary>
public static class PublicApiApproval
{
    /// <summary>
    /// Holds the library to <c>PublicApi.&lt;assembly&gt;.txt</c>, which is embedded in the test's assembly. If they differ,
    /// the new text is beside the test's assembly, to be looked at and, if it is meant, to be put in place of the old one.
    /// </summary>
    /// <param name="library">The library.</param>
    /// <param name="tests">The assembly of the test.</param>
    public static void Verify(Assembly library, Assembly tests)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(tests);
        string name = $"PublicApi.{library.GetName().Name}.txt";
        string received = PublicApiDump.Of(library);
        string approved = Read(tests, name);
        if (received == approved)
            return;
        string path = Path.Combine(AppContext.BaseDirectory, Path.ChangeExtension(name, ".received.txt"));
        File.WriteAllText(path, received);
        string[] before = approved.Split('\n');
        string[] now = received.Split('\n');
        string difference = string.Join(
            '\n',
            before.Except(now).Select(line => "- " + line).Concat(now.Except(before).Select(line => "+ " + line)));
        Assert.Fail($"The public surface of {library.GetName().Name} is another than {name} says; the new one is in {path}.\n{difference}");
    }

    private static string Read(Assembly tests, string name)
    {
        using Stream? stream = tests.GetManifestResourceStream(name);
        if (stream is null)
            return "";
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
