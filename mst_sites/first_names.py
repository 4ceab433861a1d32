"""First names common in the UK and Ireland that are not ordinary words: they announce a surname."""

FIRST_NAMES = frozenset(
    """
    aaliyah aaron abdirahman abdul abdullah abigail adam adele adrian ahmed aidan aimee
    aisha aisling alan alastair albert alexander alexandra alfie ali alice alisha alison
    amanda amber amelia amina amir amy ana andrea andrew aneurin angela angharad angus anita
    ann anna anne annie anthony antonio archie arthur ashley ava ayesha barbara barry
    bartosz beatrice becky ben benjamin bethan bethany beverley bilal blessing bradley
    brandon brenda brendan brian bridget bronwyn bryn caitlin callum cameron carl carla
    carol caroline carwyn catherine catrin cerys chantelle charles charlie charlotte chelsea
    cheryl chloe christina christine christopher cian ciara claire clare clive colin connor
    conor courtney craig cristina daisy damian daniel danielle darren dave david dawn dean
    deborah declan denise dennis derek diane dmitri dominic donna dorota douglas duncan
    dylan ebony eddie edward eileen eilidh elaine eleanor elena elizabeth ellie elliott
    eloise eluned emily emma emmanuel eoin erin ethan euan eve evie ewan fatima fergus fiona
    florence frances francesca francis frank freddie freya gareth gary gavin gemma geoffrey
    george georgia georgina geraint gerald ghulam gillian glenys gordon graham greg gwen
    gwyneth habib hamza hannah harriet harrison harry hassan hayley heather heidi helen
    henry holly hugh huw ian ibrahim idris ieuan imogen imran ines irene isaac isabel
    isabella isla ismail jack jacob jacqueline jade jaden jake jakub james jamie jan jane
    janet janice jared jasmine jason jayden jean jeffrey jennifer jenny jeremy jermaine
    jessica jill joan joanna joanne joe joel john jonathan josef joseph josephine josh
    joshua joyce judith julia julian julie justin kai kamil karen karl kate katherine
    kathleen katie katrina kayleigh keira keiran keith kelly kenneth kenzie kerry kevin
    khadija kiera kieran kim kirsty krzysztof kyle kyra laura lauren leah leanne lee leila
    leo leon lesley levi lewis lewys liam lily linda lisa lloyd llyr logan lorraine louis
    louise luca lucy luke lydia lynn lynne maciej maddison madison mahmoud malcolm malik
    mandy marcus margaret maria mariam marie marion marlon martin martyn mary mason mateusz
    matthew maureen megan mehmet melanie melissa mia michael michelle mike mohamed mohammad
    mohammed mollie molly monica morgan muhammad nadia naomi natalie natasha nathan neil
    nevaeh niamh nicholas nicola nicole nigel nikita noah norman oisin oliver olivia omar
    oscar osian owain owen paige pamela patricia patrick paul paula pauline pawel peter
    petra philip philippa phoebe pierre piotr poppy priya rachael rachel raheem rajesh ralph
    rashid raymond rebecca reece reuben rhiannon rhodri rhys richard riley robert roger
    roisin ronald rory rosie ross roxanne roy rukhsana rupert russell ruth ryan saffron said
    saira sally sam samantha samira samuel sandra saoirse sara sarah scott sean sebastian
    shane shannon sharon shaun shauna sheila shirley sian simon sinead siobhan sofia sophia
    sophie stacey stanley stella stephanie stephen steve steven stuart susan suzanne sylvia
    tamara tania tanya tara tariq tegan terence teresa terry tess theo thomas tiffany tim
    timothy tina toby tom tomasz toni tony tracey tracy trevor tristan tyler tyrone valerie
    vanessa vera veronica victoria vincent wayne wendy wiktoria william yasmin yusuf yvonne
    zac zach zachary zainab zara zoe zuzanna
    """.split()  # noqa: SIM905 - read as words, not as quotes
)
