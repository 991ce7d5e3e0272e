namespace Scst;

/// <summary>Lets a test act between the moment at which a command's nexus is found and the one at which the command has it.</summary>
internal class TranslationProbe
{
    /// <summary>Broken on purpose: the command does not look whether its LUN map is still the session's. A test must notice.</summary>
    internal virtual bool TrustsOldViews => false;

    /// <summary>The nexus was found.</summary>
    internal virtual void Found(ScsiCommand command)
    {
    }
}
