"""What the policy of WeWork Space Services (Norwegian) promises, in our own words, and what became of each."""

from flask_babel import lazy_gettext as _

from .promise import Topic, not_offered, proven, refused

PROMISES = (
    proven("WSS-1", "K", "The text carries its date of entry into force", Topic.CHANGES, _("This page says since when it counts.")),
    not_offered("WSS-2", "K", "Small and medium firms are helped to find the right office", "search for offices"),
    not_offered("WSS-3", "K", "Office services are offered to meet their needs", "services to order"),
    not_offered("WSS-4", "K", "Help to build out the office", "fitting out offices"),
    not_offered("WSS-5", "K", "Data collected for those aims", "search for offices"),
    proven("WSS-6", "A", "This text supplements a global policy; terms defined there"),
    proven("WSS-7", "K", "Separate treatment for clients, visitors, other end users, and everyone", Topic.WHO, _("You can read this page as a visitor, a member, a guest or a customer, and see what concerns you.")),
    proven("WSS-8", "K", "Contact and work data identify and reach you"),
    proven("WSS-9", "K", "Contact data serves to answer enquiries and trouble"),
    not_offered("WSS-10", "K", "Contact data serves to deliver operational alerts", "notices of trouble in a house"),
    proven("WSS-11", "K", "Payment data, where relevant, for a transaction you asked for (contract)"),
    not_offered("WSS-12", "A", "Other data to tailor marketing to you", "tailored marketing", conflict="C-8"),
    not_offered("WSS-13", "K", "Help find premises as part of service", "search for offices"),
    not_offered("WSS-14", "K", "Deliver services you request", "services to order"),
    not_offered("WSS-15", "K", "Process data or files you enter, upload, store", "files of members"),
    proven("WSS-16", "A", "Device and usage data of everyone", Topic.BROWSER, _("Of your device we keep the kind of browser and system, and nothing that would know it again.")),
    proven("WSS-17", "K", "Aggregated usage statistics are prepared", Topic.TIME, _("A count of fewer than five people is not shown.")),
    proven("WSS-18", "A", "Analyse, provide, adapt, improve products"),
    not_offered("WSS-19", "A", "Campaigns and marketing on the services", "offers to signed-in members", conflict="C-8"),
    refused("WSS-20", "Campaigns and marketing outside the services", "C-16"),
    refused("WSS-21", "Otherwise improve your engagement", "C-23"),
    proven("WSS-22", "K", "Contract, legal duty, legitimate interest, consent each named", Topic.WHO, _("Where we rely on our own interest, you can read how we weighed it against yours.")),
    proven("WSS-23", "K", "Pointers to global text"),
    not_offered("WSS-24", "K", "Visitors' data is used", "visitor book"),
)  # fmt: skip
