"""Products and prices."""

from .calls import Call, currency_of, route, whole
from .hooks import emit
from .wire import Doc, Problem

LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""Three years, in each interval."""


@route("POST", "/v1/products")
def create_product(call: Call) -> Doc:
    """Something to sell."""
    call.needs("name")
    return _product(call, call.text("name"), call.text("description"), call.metadata())


def _product(call: Call, name: str, description: str, metadata: Doc) -> Doc:
    doc: Doc = {
        "id": call.state.new_id("prod"),
        "object": "product",
        "active": True,
        "created": call.state.now,
        "default_price": None,
        "description": description or None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": metadata,
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "tax_code": None,
        "updated": call.state.now,
        "url": None,
    }
    call.put(doc)
    emit(call.state, call.account, "product.created", doc)
    return doc


@route("GET", "/v1/products/<wanted>")
def show_product(call: Call, wanted: str) -> Doc:
    """One product."""
    return call.get("product", wanted)


@route("POST", "/v1/products/<wanted>")
def change_product(call: Call, wanted: str) -> Doc:
    """Rename a product, or stop selling it."""
    doc = call.get("product", wanted)
    doc["name"] = call.text("name") or doc["name"]
    doc["metadata"] = call.metadata(doc["metadata"])
    if "active" in call.params:
        doc["active"] = call.flag("active")
    doc["updated"] = call.state.now
    emit(call.state, call.account, "product.updated", doc, {})
    return call.put(doc)


@route("GET", "/v1/products")
def list_products(call: Call) -> Doc:
    """Products, newest first."""
    active = call.text("active")
    return call.page("product", lambda doc: not active or doc["active"] == (active == "true"))


@route("POST", "/v1/prices")
def create_price(call: Call) -> Doc:
    """What a product costs."""
    call.needs("currency", "unit_amount")
    product = call.text("product")
    if product:
        call.get("product", product, "product")
    else:
        data = call.mapping("product_data")
        product = _product(call, str(data.get("name", "")), "", data.get("metadata") or {})["id"]
    amount = call.integer("unit_amount")
    if amount < 0:
        raise Problem("Invalid non-negative integer", code="parameter_invalid_integer", param="unit_amount")
    doc: Doc = {
        "id": call.state.new_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": call.state.now,
        "currency": currency_of(call.text("currency")),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": _lookup_key(call),
        "metadata": call.metadata(),
        "nickname": call.text("nickname") or None,
        "product": product,
        "recurring": _recurring(call),
        "tax_behavior": call.text("tax_behavior") or "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if call.mapping("recurring") else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
    call.put(doc)
    emit(call.state, call.account, "price.created", doc)
    return doc


def _recurring(call: Call) -> Doc | None:
    wish = call.mapping("recurring")
    if not wish:
        return None
    count = whole(wish.get("interval_count", 1), "recurring[interval_count]")
    if str(wish.get("interval")) not in LONGEST or not 1 <= count <= LONGEST[wish["interval"]]:
        raise Problem("Invalid recurring[interval] or recurring[interval_count].", param="recurring[interval]")
    return {"interval": wish["interval"], "interval_count": count, "meter": None, "trial_period_days": None, "usage_type": "licensed"}


def _lookup_key(call: Call) -> str | None:
    key = call.text("lookup_key") or None
    for other in call.state.every("price", call.account) if key else ():
        if other["lookup_key"] == key:
            if not call.flag("transfer_lookup_key"):
                message = f"A price (`{other['id']}`) already uses that lookup key."
                raise Problem(message, param="lookup_key")
            call.put(other | {"lookup_key": None})
    return key


@route("GET", "/v1/prices/<wanted>")
def show_price(call: Call, wanted: str) -> Doc:
    """One price."""
    return call.get("price", wanted)


@route("POST", "/v1/prices/<wanted>")
def change_price(call: Call, wanted: str) -> Doc:
    """Stop offering a price; its amount never changes."""
    doc = call.get("price", wanted)
    if "active" in call.params:
        doc["active"] = call.flag("active")
    doc["metadata"] = call.metadata(doc["metadata"])
    emit(call.state, call.account, "price.updated", doc, {})
    return call.put(doc)


@route("GET", "/v1/prices")
def list_prices(call: Call) -> Doc:
    """Prices, newest first; by lookup key, product or activity if asked."""
    keys, product, active = set(call.rows("lookup_keys")), call.text("product"), call.text("active")

    def wanted(doc: Doc) -> bool:
        return (
            (not keys or doc["lookup_key"] in keys)
            and (not product or doc["product"] == product)
            and (not active or doc["active"] == (active == "true"))
        )

    return call.page("price", wanted)
