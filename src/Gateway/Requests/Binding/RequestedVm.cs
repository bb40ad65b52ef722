using Gateway.Access;
using Gateway.Requests.Problems;
using Gateway.Settings;
using Gateway.Vms;
using Gateway.Vms.Registry;
using Microsoft.AspNetCore.Diagnostics;

namespace Gateway.Requests.Binding;

/// <summary>
/// Finds the VM that a request is about: the one that the path names, or the default VM where it names none. A VM that the caller
/// may not see is not there.
/// </summary>
internal sealed class RequestedVm(IVms vms, Current<ConfiguredVms> configured)
{
    /// <summary>Whether the route is about one VM.</summary>
    public static bool IsAsked(HttpContext context) =>
        Named(context) is not null || context.Items.ContainsKey(typeof(IVm)) || context.ApiRoute() is { IsAboutVm: true };

    /// <summary>The id in the path.</summary>
    public static string? Named(HttpContext context) => context.Request.RouteValues["vm"] as string;

    /// <summary>The VM.</summary>
    /// <exception cref="VmNotFoundException">There is none that the caller may see.</exception>
    /// <exception cref="VmAmbiguousException">None is named, and there are several.</exception>
    public IVm Of(HttpContext context)
    {
        if (context.Items[typeof(IVm)] is IVm known)
        {
            return known;
        }

        var grants = context.User.Access().Grants;
        var vm = Named(context) is { } id ? vms.Get(id, grants) : Default(grants);
        context.Items[typeof(IVm)] = vm;
        return vm;
    }

    /// <summary>The id of the VM; null where the request is about none that the caller may see.</summary>
    public string? IdOf(HttpContext context)
    {
        if (!IsAsked(context))
        {
            return null;
        }

        try
        {
            return Of(context).Id;
        }
        catch (Exception none) when (none is VmNotFoundException or VmAmbiguousException)
        {
            return null;
        }
    }

    private IVm Default(Grants grants)
    {
        if (configured.Value.Default is { } id)
        {
            // Its name is the configuration's, not the caller's, and nothing to tell everybody.
            return grants.Sees(id) ? vms.Get(id, grants) : throw new VmNotFoundException(null);
        }

        return vms.SeenWith(grants) switch
        {
            [var only] => only,
            [] => throw new VmNotFoundException(null),
            var several => throw new VmAmbiguousException([.. several.Select(static vm => vm.Id)]),
        };
    }
}

/// <summary>Which VM a request is about, and who sent it.</summary>
internal static class AddressedVms
{
    /// <summary>The id of the VM that the request was bound to, or that its path names.</summary>
    public static string? AddressedVm(this HttpContext context)
    {
        // The exception handler takes the route from the request, and keeps it itself.
        var route = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? context.Request.RouteValues;
        return (context.Items[typeof(IVm)] as IVm)?.Id ?? route.GetValueOrDefault("vm") as string;
    }

    /// <summary>Who sent the request.</summary>
    public static Caller Caller(this HttpContext context) => new(context.User.Access().Who, context.TraceId());
}
