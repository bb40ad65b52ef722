using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace Gateway.Requests.Binding;

/// <summary>
/// Validates nothing: bodies and ranges are checked where they are read, all faults together. The framework's own visits every member of what is
/// bound, and of what those lead to; of a VM, that took longer than the request.
/// </summary>
internal sealed class NoValidation : IObjectModelValidator
{
    public void Validate(ActionContext actionContext, ValidationStateDictionary? validationState, string prefix, object? model)
    {
        foreach (var value in actionContext.ModelState.Values)
        {
            if (value.ValidationState == ModelValidationState.Unvalidated)
            {
                value.ValidationState = ModelValidationState.Skipped;
            }
        }
    }
}
