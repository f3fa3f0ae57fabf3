"""A small help centre of an outdoor shop, in three languages, to search in."""

from cases.article import Article


def article(name: str, locale: str, title: str, body: str, *, revision: int = 1) -> Article:
    return Article(id=name, locale=locale, revision=revision, title=title, category="help", body=body)


ENGLISH = (
    article(
        "returns",
        "en",
        "Returns and exchanges",
        """\
You can send back anything you have not used within 30 days of delivery. Shoes tried on indoors count as unused; boots
with mud on the sole do not. Put the item in its box, add the return slip and hand the parcel in at any carrier shop.

## When the money comes back
We check a return within three working days of its arrival. The refund then goes to the card or account you paid with,
and your bank usually shows it within five working days. Shipping costs are refunded only if the whole order comes
back.

## What cannot be returned
Climbing ropes, harnesses and helmets cannot be sent back once the seal is broken, because we cannot know what they
have been through. Gift cards and made-to-measure insoles are excluded as well.
""",
    ),
    article(
        "delivery-times",
        "en",
        "Delivery times and tracking",
        """\
Orders placed before 14:00 leave our warehouse the same working day. Standard delivery takes two to four working days
within the country and four to seven in the rest of Europe. Express delivery arrives on the next working day.

## Following a parcel
As soon as a parcel is handed to the carrier you receive an e-mail with a tracking number. The tracking page may stay
empty for up to 24 hours, until the carrier has scanned the parcel for the first time.

## When a parcel is late
If tracking has not moved for five working days, write to us with the order number. We open an inquiry with the
carrier, which takes up to eight days, and send a replacement if the parcel is declared lost.
""",
    ),
    article(
        "shipping-costs",
        "en",
        "Shipping costs",
        """\
Standard shipping costs 4.90 EUR and is free from an order value of 60 EUR. Express shipping costs 12.90 EUR whatever
the order value. Bulky goods such as kayaks and roof boxes have a surcharge of 25 EUR, shown before you pay.

Members of Acme Club Plus and Business never pay for standard shipping. Customs duties for countries outside the
European Union are collected by the carrier and are not part of our shipping price.
""",
    ),
    article(
        "payment-methods",
        "en",
        "Ways to pay",
        """\
We take Visa, Mastercard and American Express, PayPal, bank transfer in advance and, in Germany, purchase on invoice.
Bank transfers must reach us within seven days, otherwise the order is cancelled by itself.

## A charge that appears twice
Your bank may show a reservation and the final booking next to each other. The reservation disappears after at most
seven days. If both amounts have been booked for good, send us the two booking dates and we refund one of them.
""",
    ),
    article(
        "invoice",
        "en",
        "Getting an invoice",
        """\
An invoice is attached to the e-mail that confirms the shipment. You can also download it as a PDF from your account,
under Orders, for ten years. To have a company name or a VAT number on it, enter them at the checkout before you pay;
we are not allowed to change an invoice once it has been issued, but we can cancel it and issue a new one within 14
days.
""",
    ),
    article(
        "password",
        "en",
        "Signing in and resetting a password",
        """\
Choose "Forgot password" on the sign-in page and enter the e-mail address of your account. The link we send is valid
for 30 minutes and works once. If nothing arrives, look into the spam folder and check that you use the address you
ordered with.

After five wrong passwords an account is locked for 15 minutes. With two-step verification you also need the code of
your authenticator app; if you have lost your phone, use one of the recovery codes you saved when you turned it on.
""",
    ),
    article(
        "warranty",
        "en",
        "Warranty and repairs",
        """\
All goods have a legal warranty of two years. On our own tents, backpacks and sleeping bags we give five years on
zips, seams and poles. Send photographs of the damage and the order number first; often we can send a spare part.

Damage from wear, from washing at too high a temperature or from storing a tent wet is not covered. Our workshop
repairs it for a fee: a new zip costs 29 EUR, a patched sleeping mat 12 EUR.
""",
    ),
    article(
        "club-plans",
        "en",
        "Acme Club plans",
        """\
Basic costs nothing and collects one point for each euro. Plus costs 4.90 EUR a month, ships every order for free and
gives two rental days a month. Business costs 19.90 EUR a month, allows ten users and adds purchase on invoice.

## Changing or ending a plan
You can change the plan at any time in your account; the new price counts from the next billing day. A membership can
be cancelled until the day before it renews, and stays usable until the end of the period you have paid for.
""",
    ),
    article(
        "gift-cards",
        "en",
        "Gift cards",
        """\
Gift cards exist from 10 to 500 EUR and are sent by e-mail or as a printed card. They are valid for three years. Enter
the code in the last step of the checkout; what is left over stays on the card for the next order. Gift cards cannot
be paid out in cash and cannot be used to buy another gift card.
""",
    ),
    article(
        "privacy",
        "en",
        "Your data and newsletters",
        """\
Under Privacy in your account you can download everything we store about you as a file, and ask for its deletion.
Invoices have to be kept for ten years by law and are blocked instead of deleted. Every newsletter has an unsubscribe
link at the bottom; it takes effect within two days.
""",
    ),
    article(
        "tent-care",
        "en",
        "Caring for tents and sleeping bags",
        """\
Let a tent dry completely before you pack it, otherwise mould grows within days. Wash it by hand with lukewarm water
and without softener, and renew the waterproof coating every two seasons with a spray for outdoor fabrics.

Down sleeping bags are washed at 30 degrees with down detergent and dried in a tumble dryer with two tennis balls, so
that the feathers do not stick together. Store them loosely, never compressed.
""",
    ),
    article(
        "stores",
        "en",
        "Shops and click and collect",
        """\
Our shops in Berlin, Vienna and Istanbul are open from Monday to Saturday between 10:00 and 19:00. Orders can be
collected there free of charge: choose the shop as delivery address, wait for the message that the parcel has arrived,
and bring an identity card. We keep a parcel for ten days.
""",
    ),
)

GERMAN = (
    article(
        "returns",
        "de",
        "Rückgabe und Umtausch",
        """\
Unbenutzte Ware kannst du innerhalb von 30 Tagen nach der Lieferung zurückschicken. Schuhe, die nur in der Wohnung
anprobiert wurden, gelten als unbenutzt. Lege den Rücksendeschein in den Karton und gib das Paket in einem Paketshop
ab.

## Wann das Geld zurückkommt
Wir prüfen eine Rücksendung innerhalb von drei Werktagen. Die Erstattung geht danach auf die Karte oder das Konto, mit
dem du bezahlt hast, und ist meist nach fünf Werktagen zu sehen.
""",
    ),
    article(
        "delivery-times",
        "de",
        "Lieferzeiten und Sendungsverfolgung",
        """\
Bestellungen, die bis 14 Uhr eingehen, verlassen unser Lager am selben Werktag. Der Standardversand dauert im Inland
zwei bis vier Werktage, Express kommt am nächsten Werktag an. Sobald das Paket beim Zusteller ist, erhältst du eine
E-Mail mit der Sendungsnummer. Steht die Sendung fünf Werktage still, schreib uns mit der Bestellnummer: Wir stellen
einen Nachforschungsauftrag und schicken Ersatz, wenn das Paket verloren ist.
""",
    ),
    article(
        "shipping-costs",
        "de",
        "Versandkosten",
        """\
Der Standardversand kostet 4,90 EUR und ist ab einem Bestellwert von 60 EUR kostenlos. Express kostet immer 12,90 EUR.
Für Sperrgut wie Kajaks und Dachboxen kommt ein Zuschlag von 25 EUR hinzu. Mitglieder von Acme Club Plus und Business
zahlen nie für den Standardversand.
""",
    ),
    article(
        "password",
        "de",
        "Anmelden und Passwort zurücksetzen",
        """\
Wähle auf der Anmeldeseite „Passwort vergessen“ und gib die E-Mail-Adresse deines Kontos ein. Der Link, den wir
schicken, gilt 30 Minuten und funktioniert einmal. Nach fünf falschen Passwörtern ist das Konto 15 Minuten lang
gesperrt. Wenn keine E-Mail ankommt, sieh im Spamordner nach.
""",
    ),
    article(
        "warranty",
        "de",
        "Gewährleistung und Reparaturen",
        """\
Für alle Waren gilt die gesetzliche Gewährleistung von zwei Jahren. Auf Reißverschlüsse, Nähte und Gestänge unserer
eigenen Zelte, Rucksäcke und Schlafsäcke geben wir fünf Jahre Garantie. Schick uns zuerst Fotos vom Schaden und die
Bestellnummer; oft können wir ein Ersatzteil senden. Verschleiß repariert unsere Werkstatt gegen eine Gebühr.
""",
    ),
    article(
        "club-plans",
        "de",
        "Die Tarife des Acme Club",
        """\
Basic kostet nichts und sammelt einen Punkt je Euro. Plus kostet 4,90 EUR im Monat, liefert jede Bestellung kostenlos
und enthält zwei Leihtage im Monat. Business kostet 19,90 EUR im Monat, erlaubt zehn Nutzer und Kauf auf Rechnung.
Kündigen kannst du bis zum Tag vor der Verlängerung.
""",
    ),
)

TURKISH = (
    article(
        "returns",
        "tr",
        "İade ve değişim",
        """\
Kullanılmamış ürünleri teslimattan sonraki 30 gün içinde geri gönderebilirsiniz. Evde denenmiş ayakkabılar
kullanılmamış sayılır. İade formunu kutuya koyun ve paketi bir kargo şubesine teslim edin. İadeyi üç iş günü içinde
kontrol ederiz; para ödeme yaptığınız karta veya hesaba geri döner ve genellikle beş iş günü içinde görünür.
""",
    ),
    article(
        "delivery-times",
        "tr",
        "Teslimat süreleri ve kargo takibi",
        """\
Saat 14:00'ten önce verilen siparişler aynı iş günü depodan çıkar. Standart teslimat yurt içinde iki ile dört iş günü
sürer, hızlı teslimat ertesi iş günü ulaşır. Paket kargoya verilince takip numarasını e-posta ile alırsınız. Takip beş
iş günü boyunca ilerlemezse sipariş numarasıyla bize yazın; kargo firmasında araştırma başlatırız.
""",
    ),
    article(
        "shipping-costs",
        "tr",
        "Kargo ücretleri",
        """\
Standart kargo ücreti 4,90 EUR'dur ve 60 EUR'luk siparişten itibaren ücretsizdir. Hızlı kargo her zaman 12,90 EUR'dur.
Kano ve tavan kutusu gibi büyük ürünlerde 25 EUR ek ücret alınır. Acme Club Plus ve Business üyeleri standart kargo
için ödeme yapmaz.
""",
    ),
    article(
        "password",
        "tr",
        "Giriş yapma ve şifre sıfırlama",
        """\
Giriş sayfasında "Şifremi unuttum" seçeneğine tıklayın ve hesabınızın e-posta adresini yazın. Gönderdiğimiz bağlantı
30 dakika geçerlidir ve bir kez çalışır. Beş yanlış şifreden sonra hesap 15 dakika kilitlenir. E-posta gelmezse spam
klasörüne bakın.
""",
    ),
)

HELP_CENTRE = (*ENGLISH, *GERMAN, *TURKISH)
