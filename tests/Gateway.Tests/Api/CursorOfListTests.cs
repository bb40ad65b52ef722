using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Gateway.Access;
using Gateway.Api;
using Gateway.Journal;
using Gateway.Vms;
using Microsoft.AspNetCore.Http;
using QmpGateway.Contracts;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>Changes in the very moment between looking at the VMs and at the journal, which no stress hits.</summary>
public sealed class CursorOfListTests
{
    [Fact]
    public async Task A_change_right_after_the_list_looked_at_a_VM_is_after_its_cursor()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var changing = new ChangingVm(host.Vms.Get("web1"), host.Journal);
        var controller = new VmsController(new OneVm(changing), host.Journal) { ControllerContext = new() { HttpContext = Asked() } };
        var list = (await controller.List(null, null, null, null, null, null)).Value!;
        Assert.True(changing.ChangedAt > long.Parse(list.Cursor, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_change_right_after_a_VM_was_looked_at_is_after_its_cursor()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var changing = new ChangingVm(host.Vms.Get("web1"), host.Journal);
        var controller = new VmsController(new OneVm(changing), host.Journal) { ControllerContext = new() { HttpContext = Asked() } };
        Vm shown = (await controller.Get("web1")).Value!;
        Assert.True(changing.ChangedAt > long.Parse(shown.Cursor, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static DefaultHttpContext Asked() => new() { User = new ClaimsPrincipal(new CallerIdentity(new GrantedAccess(CallerKinds.Anonymous, "anonymous", Grants.Everything, default), "test")) };

    private sealed class OneVm(IVm vm) : IVms
    {
        public IReadOnlyList<IVm> All => [vm];

        public bool TryGet(string id, [NotNullWhen(true)] out IVm? found) => (found = vm) is not null;

        public Task<(IVm Vm, bool Created)> PutAsync(VmDefinition definition, string who, Func<QmpEndpoint, bool> mayUse, bool onlyCreates) => throw new NotSupportedException();

        public Task RemoveAsync(string id, string who) => throw new NotSupportedException();
    }

    /// <summary>Changes as soon as somebody has looked, and the change is on disk at once.</summary>
    private sealed class ChangingVm(IVm vm, IJournal journal) : IVm
    {
        public long ChangedAt { get; private set; }

        public string Id => vm.Id;

        public VmDefinition Definition => vm.Definition;

        public VmSnapshot Snapshot
        {
            get
            {
                var snapshot = vm.Snapshot;
                ChangedAt = journal.Append(new NewEvent(Id, "VM_STATUS_CHANGED", EventOrigin.Gateway, JsonText.EmptyObject, null));
                Assert.True(SpinWait.SpinUntil(() => journal.Head >= ChangedAt, TestSignal.Patience));
                return snapshot;
            }
        }

        public long LastChange => vm.LastChange;

        public DateTimeOffset? LastMessageAt => vm.LastMessageAt;

        public long LastEvent => vm.LastEvent;

        public SetActionArguments Actions => vm.Actions;
    }
}
