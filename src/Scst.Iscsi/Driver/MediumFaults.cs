using System.Collections.Concurrent;
using Scst.Iscsi.Login;

namespace Scst.Iscsi.Driver;

/// <summary>
/// The initiators whose connections have ended because lent data could not be read when it was partly sent. They will ask for
/// the same data again: it is copied for them from then on, so that the copy fails, and its sense data tells them why.
/// </summary>
internal sealed class MediumFaults
{
    // More than could be of use to know one by one.
    private const int MostNames = 1024;

    private readonly ConcurrentDictionary<string, bool> _initiators = new();

    public void Add(LoginIdentity identity)
    {
        if (_initiators.Count < MostNames)
            _initiators[identity.InitiatorName] = true;
    }

    public bool Contains(LoginIdentity identity) =>
        !_initiators.IsEmpty && (_initiators.ContainsKey(identity.InitiatorName) || _initiators.Count >= MostNames);
}
