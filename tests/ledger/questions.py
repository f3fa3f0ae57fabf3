"""What customers ask: with the article that answers, or with none because the help centre does not."""

from typing import NamedTuple


class Question(NamedTuple):
    locale: str
    text: str
    article: str | None


ANSWERABLE = (
    Question("en", "How long do I have to send something back?", "returns"),
    Question("en", "can i return climbing rope, seal is broken", "returns"),
    Question(
        "en",
        "Hi there, I sent back two jackets last week (order W10023) and still see nothing on my card. "
        "When do I get my money? Thanks, Ana",
        "returns",
    ),
    Question("en", "tracking page is empty since this morning, is that normal??", "delivery-times"),
    Question("en", "My parcel hasn't moved for a week. What happens now?", "delivery-times"),
    Question("en", "how much is express shipping", "shipping-costs"),
    Question("en", "Do you charge extra to ship a kayak?", "shipping-costs"),
    Question("en", "can I pay by invoice or paypal", "payment-methods"),
    Question("en", "There are two identical charges from you in my banking app!", "payment-methods"),
    Question("en", "I need a VAT invoice with our company name, please", "invoice"),
    Question("en", "I forgot my password and the mail with the link never comes", "password"),
    Question("en", "account locked after wrong passwords", "password"),
    Question("en", "zip of my tent broke after three years, is that covered?", "warranty"),
    Question("en", "What does Acme Club Plus cost per month and what do I get?", "club-plans"),
    Question("en", "until when can I cancel the membership", "club-plans"),
    Question("en", "is there an expiry date on gift cards", "gift-cards"),
    Question("en", "stop sending me newsletters", "privacy"),
    Question("en", "how should I wash a down sleeping bag", "tent-care"),
    Question("en", "opening hours of the shop in Vienna?", "stores"),
    Question("de", "Wie lange kann ich Ware zurückschicken?", "returns"),
    Question("de", "Hallo, wann bekomme ich nach der Rücksendung mein Geld? Gruß, Jens", "returns"),
    Question("de", "mein paket steht seit einer woche still", "delivery-times"),
    Question("de", "Was kostet der Versand für ein Kajak?", "shipping-costs"),
    Question("de", "ich habe mein passwort vergessen", "password"),
    Question("de", "Reißverschluss am Rucksack kaputt, gibt es Garantie?", "warranty"),
    Question("de", "Was ist im Plus-Tarif enthalten?", "club-plans"),
    Question("de", "Wie wasche ich einen Schlafsack mit Daunen?", "tent-care"),
    Question("tr", "Kaç gün içinde iade edebilirim?", "returns"),
    Question("tr", "kargom beş gündür ilerlemiyor, ne yapmalıyım", "delivery-times"),
    Question("tr", "Kano için kargo ücreti ne kadar?", "shipping-costs"),
    Question("tr", "şifremi unuttum, bağlantı gelmiyor", "password"),
    Question("tr", "Hediye kartları kaç yıl geçerli?", "gift-cards"),
)

UNANSWERABLE = (
    Question("en", "Which trail in the Dolomites would you recommend for beginners?", None),
    Question("en", "Do you have job openings in your marketing team?", None),
    Question("en", "What is the weather like in Oslo tomorrow?", None),
    Question("en", "Your app crashes with a NullPointerException when I rotate my phone", None),
    Question("en", "Can you write a poem about my cat?", None),
    Question("en", "How do I connect the GPS watch with Strava?", None),
    Question("en", "Is the Alpine 3 jacket available in petrol green, size XL?", None),
    Question("en", "Who won the football match last night?", None),
    Question("en", "We are a journalist team and would like an interview with your founder", None),
    Question("en", "what is the capital of Peru", None),
    Question("en", "My neighbour's dog ate the instructions of the stove. Which gas cartridge fits it?", None),
    Question("en", "asdf qwer zxcv", None),
    Question("de", "Welche Wanderung im Harz ist mit Kindern schön?", None),
    Question("de", "Habt ihr freie Ausbildungsplätze?", None),
    Question("de", "Wie hoch ist der Eiffelturm?", None),
    Question("de", "Welches Fahrrad passt zu meiner Körpergröße?", None),
    Question("tr", "Yarın İzmir'de hava nasıl olacak?", None),
    Question("tr", "Şirketinizde iş ilanı var mı?", None),
    Question("tr", "En güzel kamp alanı nerede?", None),
)
